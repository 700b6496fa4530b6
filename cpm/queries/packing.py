"""A version of a process as one zip, in the shape that `cpm deploy` and the upload take back without a new version."""

import io
import re
import zipfile
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import undefer

from cpm.model import Binding, Definition, Resource, ResourceKind
from cpm.uow import UnitOfWork

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that zip knows: the same version gives the same bytes
_FOLDERS = {ResourceKind.TEMPLATE: "letters", ResourceKind.OPERATIONS: "http"}
_SUFFIXES = {ResourceKind.PROCESS: "bpmn", ResourceKind.DECISION: "dmn", ResourceKind.FORM: "form"}


def zipped(uow: UnitOfWork, packed: Definition) -> bytes:
    """Each process in a folder of its own with its texts and letters; forms and decisions lie beside the caller's model."""
    query = select(Resource).join(Binding, Binding.resource_id == Resource.id)
    query = query.where(Binding.definition_id == packed.id).options(undefer(Resource.content))
    return _written(packed.key, uow.session.scalars(query.order_by(Resource.kind, Resource.key)))


def _written(process: str, bound: Iterable[Resource]) -> bytes:
    buffer, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for resource in bound:
            name = _free(_name(process, resource), taken)
            member = zipfile.ZipInfo(name, _EARLIEST)
            member.external_attr = 0o644 << 16
            archive.writestr(member, resource.content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _name(process: str, resource: Resource) -> str:
    """By the key and not by the name it came under: two files may have come under one name."""
    if resource.kind == ResourceKind.TEXTS:
        owner, _, language = resource.key.rpartition(".")
        return f"{_plain(owner)}/texts/{language}.toml"
    if (folder := _FOLDERS.get(resource.kind)) is not None:
        owner, _, name = resource.key.partition("/")
        return f"{_plain(owner)}/{folder}/{name}"
    owner = resource.key if resource.kind == ResourceKind.PROCESS else process
    return f"{_plain(owner)}/{_plain(resource.key)}.{_SUFFIXES[resource.kind]}"


def _plain(key: str) -> str:
    """Ids are texts of strangers; a folder is not left by one."""
    return re.sub(r"[^\w.-]", "_", key).lstrip(".") or "_"


def _free(name: str, taken: set[str]) -> str:
    stem, _, suffix = name.rpartition(".")
    number = 1
    while name.lower() in taken:  # many file systems know no case
        number += 1
        name = f"{stem}-{number}.{suffix}"
    taken.add(name.lower())
    return name

"""What is deployed: processes with their versions and cases, the files each version binds, decisions and forms."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from cpm.errors import NotFound
from cpm.model import Binding, Case, CaseState, Definition, Resource, ResourceKind
from cpm.queries import wording
from cpm.uow import UnitOfWork
from rules.xml import Refused


class Status(StrEnum):
    IN_FORCE = "in_force"  #: what the next case gets
    RUNNING = "running"  #: superseded, but cases still run on it
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a process, or of a file; cases are those that run on it or were closed on it."""

    version: int
    name: str  #: of the process as the model has it, or of the file
    status: Status
    deployed_at: datetime
    deployed_by: str
    open_cases: int
    all_cases: int


@dataclass(frozen=True, slots=True)
class Line:
    """All versions of a process, decision or form, the newest first."""

    key: str
    name: str
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file that a version of a process binds."""

    kind: ResourceKind
    key: str
    version: int
    file: str
    bytes: int


#: definition or resource id -> open and all cases
_Cases = Mapping[int, tuple[int, int]]


def processes(uow: UnitOfWork, language: str) -> list[Line]:
    rows = uow.session.scalars(select(Definition).order_by(Definition.key, Definition.version.desc()))
    grouped: dict[str, list[Definition]] = {}
    for row in rows:
        grouped.setdefault(row.key, []).append(row)
    cases = _cases_of_definitions(uow)
    return [
        Line(key, _name(uow, found[0], language), tuple(_versions([(row, row.name) for row in found], cases)))
        for key, found in grouped.items()
    ]


def process(uow: UnitOfWork, key: str, version: int, language: str) -> tuple[Line, Version]:
    """All versions of a process, and the one in question among them."""
    for line in processes(uow, language):
        for each in line.versions:
            if (line.key, each.version) == (key, version):
                return line, each
    raise _missing("process", key, version)


def resources(uow: UnitOfWork, kind: ResourceKind) -> list[Line]:
    """Forms, decisions or texts with their versions; a decision table that steers runs with no case of its own."""
    query = select(Resource).where(Resource.kind == kind).order_by(Resource.key, Resource.version.desc())
    grouped: dict[str, list[Resource]] = {}
    for row in uow.session.scalars(query):
        grouped.setdefault(row.key, []).append(row)
    cases = _cases_of_resources(uow, kind)
    return [
        Line(key, key, tuple(_versions([(row, row.file) for row in found], cases)))
        for key, found in grouped.items()
    ]


def definition(uow: UnitOfWork, key: str, version: int | None = None) -> Definition:
    """That version of a process, or the one in force."""
    query = select(Definition).where(Definition.key == key).order_by(Definition.version.desc()).limit(1)
    found = uow.session.scalar(query if version is None else query.where(Definition.version == version))
    if found is None:
        raise _missing("process", key, version)
    return found


def files(uow: UnitOfWork, bound_by: Definition) -> list[FileLine]:
    """Its own model first, then what it calls, decides and asks."""
    query = select(Resource, func.length(Resource.content)).join(Binding, Binding.resource_id == Resource.id)
    rows = uow.session.execute(query.where(Binding.definition_id == bound_by.id)).all()
    order = list(ResourceKind)
    lines = [FileLine(row.kind, row.key, row.version, row.file, size) for row, size in rows]
    return sorted(lines, key=lambda line: (order.index(line.kind), line.key != bound_by.key, line.key))


def resource(uow: UnitOfWork, kind: ResourceKind, key: str, version: int | None = None) -> Resource:
    """With its content; the version in force unless another is asked for."""
    query = (
        select(Resource).where(Resource.kind == kind, Resource.key == key).options(undefer(Resource.content))
    )
    query = query.order_by(Resource.version.desc()).limit(1)
    found = uow.session.scalar(query if version is None else query.where(Resource.version == version))
    if found is None:
        raise _missing(kind.value, key, version)
    return found


def _name(uow: UnitOfWork, row: Definition, language: str) -> str:
    with contextlib.suppress(Refused):  # a release that cannot read it can still list it
        bundle = uow.library.bundle(uow.session, row.id, keep=row.id not in uow.deployed)
        return wording.process_name(bundle, language)
    return row.name


def _versions(rows: Sequence[tuple[Definition | Resource, str]], cases: _Cases) -> list[Version]:
    """Of one key, the newest first."""
    lines = []
    for place, (row, name) in enumerate(rows):
        still_open, ever = cases.get(row.id, (0, 0))
        old = Status.RUNNING if still_open else Status.SUPERSEDED
        status = Status.IN_FORCE if place == 0 else old
        lines.append(Version(row.version, name, status, row.deployed_at, row.deployed_by, still_open, ever))
    return lines


def _cases_of_definitions(uow: UnitOfWork) -> _Cases:
    counted = select(Case.definition_id, *_COUNTS).group_by(Case.definition_id)
    return {row[0]: (row[1], row[2]) for row in uow.session.execute(counted)}


def _cases_of_resources(uow: UnitOfWork, kind: ResourceKind) -> _Cases:
    """Cases of all definitions that bind the file."""
    per_definition = select(Case.definition_id, *_COUNTS).group_by(Case.definition_id).subquery()
    summed = (
        select(Binding.resource_id, func.sum(per_definition.c.still_open), func.sum(per_definition.c.ever))
        .join(Resource, Resource.id == Binding.resource_id)
        .join(per_definition, per_definition.c.definition_id == Binding.definition_id)
        .where(Resource.kind == kind)
        .group_by(Binding.resource_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in uow.session.execute(summed)}


_COUNTS: tuple[Any, ...] = (
    func.count().filter(Case.state == CaseState.OPEN).label("still_open"),
    func.count().label("ever"),
)


def _missing(kind: str, key: str, version: int | None) -> NotFound:
    wanted = key if version is None else f"{key}, version {version}"
    return NotFound(f"Expected to find {kind} {wanted}, but there is none")

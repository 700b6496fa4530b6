"""Texts and letters as designers see them: what is in force, its versions, what a letter is made with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import undefer

from cpm.errors import NotFound
from cpm.library import in_force
from cpm.model import Resource, ResourceKind
from cpm.places import FIRM
from cpm.uow import UnitOfWork
from cpm.writing.letters import letter_name

KINDS = (ResourceKind.TEXTS, ResourceKind.TEMPLATE, ResourceKind.SAMPLE)
TEXTS_SAMPLE = "texts.json"  #: what texts are looked at with
_OTHER = {"de": "en", "en": "de"}


@dataclass(frozen=True, slots=True)
class Template:
    """One version of a text file, a letter, a part of letters or sample data."""

    kind: ResourceKind
    key: str
    owner: str  #: the process, or `firm`
    file: str  #: the path to deploy it under
    name: str
    version: int
    deployed_at: datetime
    deployed_by: str
    content: bytes

    @property
    def text(self) -> str | None:
        """None for what is edited in a program of its own."""
        if self.name.endswith((".docx", ".png", ".jpg")):
            return None
        return self.content.decode("utf-8", "replace")

    @property
    def form(self) -> str | None:
        """What it can be looked at as; None for what is no letter."""
        found = letter_name(self.name) if self.kind == ResourceKind.TEMPLATE else None
        if found is None or found.language is None:
            return None
        return {"typ": "pdf", "docx": "docx", "toml": "csv", "txt": "txt"}[found.ending]

    @property
    def language(self) -> str:
        return self.name.split(".")[-2] if self.form else self.name.split(".")[0]


def all_in_force(look: UnitOfWork) -> list[Template]:
    found = [_seen(each) for kind in KINDS for each in look.session.scalars(in_force(kind))]
    return sorted(found, key=lambda each: (each.owner != FIRM, each.owner, each.kind, each.name))


def versions(look: UnitOfWork, kind: ResourceKind, key: str) -> list[Template]:
    """The newest first. NotFound if there is none."""
    query = select(Resource).where(Resource.kind == kind, Resource.key == key)
    rows = look.session.scalars(
        query.order_by(Resource.version.desc()).options(undefer(Resource.content))
    ).all()
    if kind not in KINDS or not rows:
        raise NotFound(f"Expected to find the template {key!r:.100}, but there is none")
    return [_seen(row) for row in rows]


def beside(look: UnitOfWork, one: Template) -> Template | None:
    """The same in the other language."""
    stem, _, ending = one.key.rpartition(".")
    if one.kind == ResourceKind.TEXTS:
        other = f"{stem}.{_OTHER[ending]}"
    elif one.form:
        letter, _, language = stem.rpartition(".")
        other = f"{letter}.{_OTHER[language]}.{ending}"
    else:
        return None
    return _newest(look, one.kind, other)


def sample_of(look: UnitOfWork, one: Template) -> Template | None:
    """Of a letter the file of its name, of texts `texts.json` beside the letters; both for both languages."""
    if one.kind == ResourceKind.TEXTS:
        return _newest(look, ResourceKind.SAMPLE, f"{one.owner}/{TEXTS_SAMPLE}")
    found = letter_name(one.name)
    return _newest(look, ResourceKind.SAMPLE, f"{one.owner}/{found.sample}") if found else None


def letters_of(look: UnitOfWork, owner: str) -> Mapping[str, bytes]:
    """All files that letters of a process may use, sample data among them; its own come before the firm's."""
    found = [
        each for each in all_in_force(look) if each.kind != ResourceKind.TEXTS and each.owner in {owner, FIRM}
    ]
    return {each.name: each.content for each in sorted(found, key=lambda each: each.owner == owner)}


def _newest(look: UnitOfWork, kind: ResourceKind, key: str) -> Template | None:
    query = (
        select(Resource).where(Resource.kind == kind, Resource.key == key).order_by(Resource.version.desc())
    )
    row = look.session.scalar(query.limit(1).options(undefer(Resource.content)))
    return None if row is None else _seen(row)


def _seen(row: Resource) -> Template:
    if row.kind == ResourceKind.TEXTS:
        owner, _, language = row.key.rpartition(".")
        name, file = f"{language}.toml", f"{owner}/texts/{language}.toml"
    else:
        owner, _, name = row.key.partition("/")
        file = f"{owner}/letters/{name}"
    return Template(
        row.kind, row.key, owner, file, name, row.version, row.deployed_at, row.deployed_by, row.content
    )

"""The sources as one step's form asks them; each question is asked once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from sqlalchemy import select

from cpm import sniffing
from cpm.forms.files import Filed
from cpm.forms.lookups import Found, Hit
from cpm.model import Content, Document, Scan, Task
from cpm.queries.lookups.registry import PUBLIC, PUBLIC_FACTS, SOURCES
from cpm.queries.lookups.source import Asked
from cpm.store import Damaged
from cpm.uow import UnitOfWork

#: Characters; nobody types more to find something.
LONGEST = 200
#: What a look that knows no mark of a file calls it.
_UNKNOWN = (sniffing.BYTES, "text/plain")


@dataclass(slots=True)
class Asking:
    look: UnitOfWork
    case_id: int | None
    sources: frozenset[str]
    facts: frozenset[str] | None = None  #: those that may be told; None for all
    language: str = "de"
    _found: dict[tuple[str, str], Found] = field(default_factory=dict)
    _named: dict[tuple[str, str], Hit | None] = field(default_factory=dict)
    _files: dict[str, Filed | None] = field(default_factory=dict)

    def find(self, source: str, words: str, values: Mapping[str, object]) -> Found:
        words = words.strip()
        if source not in self.sources or source not in SOURCES or not words or len(words) > LONGEST:
            return Found()
        key = (source, words)
        if key not in self._found:
            found = SOURCES[source].find(self.look, Asked(words, self.case_id, values, self.language))
            aged = self.facts is None or "as_of" in self.facts
            note = found.note if aged else ""
            self._found[key] = replace(found, hits=tuple(map(self._told, found.hits)), note=note)
        return self._found[key]

    def expect(self, source: str, named: Collection[str], values: Mapping[str, object]) -> None:
        if source not in self.sources or source not in SOURCES:
            return
        new = [each for each in named if (source, each) not in self._named and len(each) <= LONGEST]
        if new:
            hits = SOURCES[source].named(self.look, new, Asked("", self.case_id, values, self.language))
            found = {each: self._told(hit) for each, hit in hits.items()}
            self._named |= {(source, each): found.get(each) for each in new}

    def named(self, source: str, value: str, values: Mapping[str, object]) -> Hit | None:
        self.expect(source, [value], values)
        return self._named.get((source, value))

    def files(self, numbers: Collection[str]) -> Mapping[str, Filed]:
        """Of the case alone: whoever may see the case may have its files."""
        if new := [each for each in numbers if each not in self._files]:
            query = (
                select(Document, Content.size)
                .join(Content, Content.digest == Document.digest)
                .where(Document.id.in_(map(int, new)), Document.case_id == self.case_id)
                .where(Document.removed_at.is_(None), Content.scan != Scan.INFECTED)
            )
            rows = self.look.session.execute(query).all()
            found = {str(each.id): _filed(self.look, each, size) for each, size in rows}
            self._files |= {each: found.get(each) for each in new}
        return {each: file for each in numbers if (file := self._files[each]) is not None}

    def _told(self, hit: Hit) -> Hit:
        if self.facts is None:
            return hit
        return replace(hit, facts={name: fact for name, fact in hit.facts.items() if name in self.facts})


def of_task(look: UnitOfWork, task: Task, language: str = "de") -> Asking:
    return Asking(look, task.case_id, frozenset(SOURCES), language=language)


def of_public(look: UnitOfWork, language: str = "de") -> Asking:
    """As a stranger asks: never for people, nor what something costs, nor how much is there."""
    return Asking(look, None, PUBLIC, PUBLIC_FACTS, language)


def _filed(look: UnitOfWork, document: Document, size: int) -> Filed:
    """What an earlier release knew no mark of is looked at again before its name is said to belie it."""
    sniffed = document.sniffed
    if sniffed in _UNKNOWN and sniffing.belied(document.name, sniffed):
        sniffed = _again(look, document) or sniffed
    kind = sniffed or document.media_type
    return Filed(str(document.id), document.name, kind, size, looked=sniffed is not None)


def _again(look: UnitOfWork, document: Document) -> str | None:
    """None if its bytes are gone."""
    with TemporaryFile() as kept:
        try:
            kept.writelines(look.store.pieces(document.digest))
        except Damaged:
            return None
        return sniffing.look(cast("BinaryIO", kept), document.name).sniffed

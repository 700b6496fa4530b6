"""What was said, added and done in a case, over all channels, the newest first: what stands beside a step."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Select, String, bindparam, cast, literal, null, select, union_all

from cpm.model import Direction, Document, Interaction
from cpm.queries.commented import Line
from cpm.queries.journal import Entry
from cpm.uow import UnitOfWork

LATEST = 12  #: of messages and files together
DOCUMENT, COMMENT, STEP = "document", "comment", "step"
_OF_OURS = (DOCUMENT, COMMENT, STEP)
_SHORT = 160  #: characters of a comment; it stands on the page as a whole
#: What the timeline has by itself already, or the page in another place.
_TOLD_BESIDE = frozenset(
    {"case.steered", "interaction.received", "interaction.sent", "document.added", "comment.added"}
)


@dataclass(frozen=True, slots=True)
class Told:
    """One entry; which of the rest is there depends on `kind`."""

    at: datetime
    kind: str  #: the channel of a message, else document, comment or step
    direction: str = ""  #: of a message
    who: str = ""  #: sender of a message, by whom a file was added, a comment written or a step done, by name
    title: str = ""  #: subject, name of the file, sentence of the journal
    text: str = ""
    automatic: bool = False
    document: int | None = None  #: id
    comment: int | None = None  #: id
    latest: bool = False  #: the latest word of the customer

    @property
    def message(self) -> bool:
        return bool(self.direction)


def of_case(
    uow: UnitOfWork, case_id: int, steps: Iterable[Entry], said: Iterable[Line], names: Mapping[str, str]
) -> tuple[Told, ...]:
    """One statement; `steps` are the latest entries of the journal, `said` comments, the newest first, `names` those of users by login."""
    found = [_told(row, names) for row in uow.session.execute(_NEWEST, {"case": case_id})]
    found += [_comment(line) for line in islice((line for line in said if not line.gone), LATEST)]
    found += [_step(entry) for entry in steps if entry.what not in _TOLD_BESIDE]
    found.sort(key=lambda told: told.at, reverse=True)
    return tuple(_marked(found))


def kinds(told: Iterable[Told]) -> tuple[tuple[str, int], ...]:
    """What there is to choose from, with how many: channels first, then files, comments and steps."""
    counted: dict[str, int] = {}
    for each in told:
        counted[each.kind] = counted.get(each.kind, 0) + 1
    return tuple(
        sorted(counted.items(), key=lambda pair: _OF_OURS.index(pair[0]) if pair[0] in _OF_OURS else -1)
    )


def _newest() -> Select[*tuple[Any, ...]]:
    case_id: BindParameter[int] = bindparam("case")
    none = cast(null(), String)
    said = (
        select(
            Interaction.at.label("at"),
            Interaction.id.label("id"),
            Interaction.channel.label("kind"),
            cast(Interaction.direction, String).label("direction"),
            Interaction.sender.label("who"),
            Interaction.subject.label("title"),
            Interaction.text.label("text"),
            Interaction.automatic.label("automatic"),
        )
        .where(Interaction.case_id == case_id)
        .order_by(Interaction.at.desc(), Interaction.id.desc())
        .limit(LATEST)
    )
    added = (
        select(
            Document.added_at,
            Document.id,
            literal(DOCUMENT),
            none,
            Document.added_by,
            Document.name,
            none,
            none,
        )
        .where(Document.case_id == case_id, Document.current, Document.removed_at.is_(None))
        .order_by(Document.added_at.desc(), Document.id.desc())
        .limit(LATEST)
    )
    both = union_all(said.subquery().select(), added.subquery().select()).subquery()
    return select(both).order_by(both.c.at.desc(), both.c.id.desc()).limit(LATEST)


#: Every step asks it: made once.
_NEWEST = _newest()


def _told(row: Any, names: Mapping[str, str]) -> Told:
    if row.kind == DOCUMENT:
        return Told(row.at, DOCUMENT, who=names.get(row.who, row.who), title=row.title, document=row.id)
    return Told(row.at, row.kind, row.direction, row.who, row.title, row.text, row.automatic is not None)


def _comment(line: Line) -> Told:
    text = textwrap.shorten(line.text, _SHORT, placeholder=" …")
    return Told(line.at, COMMENT, who=line.author, text=text, comment=line.id)


def _step(entry: Entry) -> Told:
    return Told(entry.at, STEP, who=entry.who, title=entry.alone)


def _marked(found: Sequence[Told]) -> Iterable[Told]:
    heard = (each for each in found if each.direction == Direction.IN and not each.automatic)
    latest = next(heard, None)
    return (replace(each, latest=True) if each is latest else each for each in found)

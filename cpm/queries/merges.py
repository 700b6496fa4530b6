"""Merges that were made: which can be undone, until when, and what undoing would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from cpm.errors import Conflict, CpmError
from cpm.model import Case, Customer, Merge
from cpm.queries import belongings
from cpm.queries.later_cases import came_later
from cpm.queries.merge_preview import Moving, moving
from cpm.uow import UnitOfWork

#: How long a merge can be undone (PROCESSES 5.9).
KEPT = timedelta(days=30)
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class MergeLine:
    id: int
    survivor_id: int
    survivor: str
    survivor_number: str
    merged_id: int
    merged: str
    merged_number: str
    at: datetime
    by: str
    until: datetime  #: to be undone until then
    undone_at: datetime | None
    undone_by: str | None
    refusal: CpmError | None  #: why it cannot be undone


@dataclass(frozen=True, slots=True)
class Undoing:
    """What undoing would do."""

    line: MergeLine
    going_back: tuple[Moving, ...]  #: `stays`: gone meanwhile, or no longer the survivor's
    later_back: (
        int  #: cases that came later and go too: they began by a message from an address that goes back
    )
    later_stay: int  #: cases that came later and stay with the survivor
    fields: tuple[str, ...]  #: that become what they were
    changed: tuple[str, ...]  #: that somebody has changed since, so that they stay


def listed(look: UnitOfWork, *, customer: int | None = None, page: int = 1) -> Sequence[MergeLine]:
    """The newest first; of one customer, or all."""
    query = select(Merge).order_by(Merge.id.desc())
    if customer is not None:
        query = query.where(or_(Merge.survivor_id == customer, Merge.merged_id == customer))
    found = look.session.scalars(query.offset((page - 1) * _AT_ONCE).limit(_AT_ONCE))
    return [line(look, row) for row in found]


def line(look: UnitOfWork, row: Merge) -> MergeLine:
    survivor, merged = look.get(Customer, row.survivor_id), look.get(Customer, row.merged_id)
    return MergeLine(
        row.id,
        survivor.id,
        survivor.name,
        survivor.number,
        merged.id,
        merged.name,
        merged.number,
        row.at,
        row.by,
        row.at + KEPT,
        row.undone_at,
        row.undone_by,
        refusal(look, row),
    )


def undoing(look: UnitOfWork, merge_id: int) -> Undoing:
    row = look.get(Merge, merge_id)
    back = dict(look.session.execute(belongings.going_back(row.id, row.survivor_id)).mappings().one())
    later = select(func.count()).select_from(Case).where(came_later(row))
    since = (
        select(func.count())
        .select_from(Case)
        .where(
            Case.customer_id == row.survivor_id, Case.opened_at >= row.at, ~belongings.PLACES[0].moved(row.id)
        )
    )
    goes = look.session.scalar(later) or 0
    changed = _changed(look, row)
    return Undoing(
        line(look, row),
        moving(back),
        goes,
        (look.session.scalar(since) or 0) - goes,
        tuple(name for name in row.taken if name not in changed),
        changed,
    )


def must_be_undoable(look: UnitOfWork, row: Merge) -> None:
    if (why := refusal(look, row)) is not None:
        raise why


def refusal(look: UnitOfWork, row: Merge) -> CpmError | None:
    """Why it can no longer be undone, if it cannot."""
    if row.undone_at is not None:
        return Conflict(
            f"Expected merge {row.id} to stand, but it was undone on {row.undone_at:%Y-%m-%d}",
            de="Diese Zusammenführung ist schon rückgängig gemacht.",
        )
    if look.now > row.at + KEPT:
        return Conflict(
            f"Expected to undo merge {row.id} within {KEPT.days} days, but it was made on {row.at:%Y-%m-%d}",
            de=f"Das geht nur {KEPT.days} Tage lang; zusammengeführt wurde am {row.at:%d.%m.%Y}.",
        )
    return _another_first(look, row)


def _another_first(look: UnitOfWork, row: Merge) -> CpmError | None:
    """What went on from here, or came after, has to go back first: else rows would go where they never were."""
    survivor = look.get(Customer, row.survivor_id)
    if survivor.merged_into_id is not None:
        into = look.get(Customer, survivor.merged_into_id)
        return Conflict(
            f"Expected {survivor.number} to stand for itself, but it was merged into {into.number} {into.name}: undo that first",
            de=f"{survivor.number} ist inzwischen selbst mit {into.number} {into.name} zusammengeführt. Bitte zuerst das rückgängig machen.",
        )
    later = select(Merge).where(
        Merge.survivor_id == row.survivor_id, Merge.id > row.id, Merge.undone_at.is_(None)
    )
    if (after := look.session.scalar(later.order_by(Merge.id.desc()).limit(1))) is not None:
        other = look.get(Customer, after.merged_id)
        return Conflict(
            f"Expected merge {row.id} to be the last into {survivor.number}, but {other.number} {other.name} came later: undo that first",
            de=f"Danach kam noch {other.number} {other.name} hinzu. Bitte zuerst das rückgängig machen.",
        )
    return None


def _changed(look: UnitOfWork, row: Merge) -> tuple[str, ...]:
    survivor = look.get(Customer, row.survivor_id)
    plain = {name: getattr(survivor, name, None) for name in row.taken if ":" not in name}
    return tuple(
        name
        for name, (_, after) in row.taken.items()
        if name in plain and (getattr(plain[name], "value", plain[name]) != after)
    )

"""The change feed of an ERP: where it stands, which changes count already, and what could not be read and waits aside.

The ids of changes are kept as long as they may come again; what they tell is `erp_news`.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from cpm.commands import administering, audit, erp_errands
from cpm.commands.erp_errands import Turn
from cpm.connectors.erp import Change
from cpm.errors import NotFound
from cpm.model import ChangeState, ErpChange
from cpm.uow import UnitOfWork

#: What is committed late over there appears late, behind what we have read: so far back we look again, each time.
OVERLAP = timedelta(minutes=5)
#: Longer than the overlap, also when a worker stands still in between.
_KNOWN_FOR = timedelta(days=2)
_AT_ONCE = 500
#: Of a change that could not be read; then it waits for an operator.
_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
#: While a call of ours is under way that may be what has changed it.
_SOON = timedelta(seconds=10)


def since(uow: UnitOfWork, turn: Turn) -> str | None:
    """The cursor from which we read; None if we have never asked."""
    place = erp_errands.ours(uow, turn).place
    return place[0][1] if place else None


def stands_at(uow: UnitOfWork, turn: Turn, cursor: str) -> None:
    """Everything up to this cursor is read. The newest that is older than the overlap is where we read from next time."""
    row = erp_errands.ours(uow, turn)
    trail: list[list[Any]] = [*(row.place or []), [uow.now, cursor]]
    while len(trail) > 1 and trail[1][0] <= uow.now - OVERLAP:
        trail.pop(0)
    if len(trail) > 2 and trail[-2][1] == cursor:
        trail.pop()  # nothing new: since when it stands there is what counts
    row.place = trail
    _forget_old(uow, turn)


def unknown(look: UnitOfWork, system: str, changes: Sequence[Change]) -> list[Change]:
    """Those that do not count yet, each once."""
    ids = {change.id: change for change in changes}
    query = select(ErpChange.change).where(ErpChange.system == system, ErpChange.change.in_(ids))
    known = set(look.session.scalars(query))
    return [change for name, change in ids.items() if name not in known]


def due(look: UnitOfWork, system: str) -> list[Change]:
    """Those aside that are to be tried again now."""
    waits = ErpChange.system == system, ErpChange.state == ChangeState.ASIDE, ErpChange.due_at <= look.now
    rows = look.session.scalars(select(ErpChange).where(*waits).order_by(ErpChange.due_at).limit(_AT_ONCE))
    return [Change(row.change, "", row.kind, row.key, row.what) for row in rows]


def count(uow: UnitOfWork, turn: Turn, changes: Collection[Change]) -> None:
    """They count from now on."""
    erp_errands.ours(uow, turn)
    for change in changes:
        row = _row(uow, turn.system, change)
        row.state, row.why, row.why_de, row.due_at = ChangeState.DONE, None, None, None


def put_aside(uow: UnitOfWork, turn: Turn, changes: Collection[Change], *, english: str, german: str) -> None:
    """The others go on past them; they are tried again some times, and then wait for an operator."""
    erp_errands.ours(uow, turn)
    for change in changes:
        row = _row(uow, turn.system, change)
        row.state, row.why, row.why_de = ChangeState.ASIDE, english, german
        row.attempts += 1
        row.due_at = uow.now + _WAITS[row.attempts - 1] if row.attempts <= len(_WAITS) else None


def wait(uow: UnitOfWork, turn: Turn, changes: Collection[Change]) -> None:
    """Nothing is wrong with them: what we have under way there ourselves is settled first."""
    for change in changes:
        row = _row(uow, turn.system, change)
        row.state, row.due_at = ChangeState.ASIDE, uow.now + _SOON
        row.why = "A call of ours for this case is under way; it is looked at after that."
        row.why_de = "Zu diesem Vorgang läuft gerade ein eigener Aufruf; danach wird nachgesehen."


def again(uow: UnitOfWork, system: str, change: str) -> ErpChange:
    """An operator wants it tried again at once."""
    row = _aside(uow, system, change)
    row.due_at = uow.now
    audit.record(uow, "erp.change_asked_again", system=system, change=change)
    return row


def discard(uow: UnitOfWork, system: str, change: str) -> ErpChange:
    """An operator says that nobody needs it."""
    row = _aside(uow, system, change)
    row.state, row.due_at = ChangeState.DISCARDED, None
    audit.record(uow, "erp.change_discarded", system=system, change=change, kind=row.kind, key=row.key)
    return row


def _aside(uow: UnitOfWork, system: str, change: str) -> ErpChange:
    administering.must_be_allowed(uow)
    row = uow.session.get(ErpChange, (system, change), with_for_update=True)
    if row is None or row.state != ChangeState.ASIDE:
        raise NotFound(
            f"Expected to find change {change!r:.60} of the ERP {system} set aside, but it is not",
            de="Diese Änderung ist nicht (mehr) zurückgestellt.",
        )
    return row


def _row(uow: UnitOfWork, system: str, change: Change) -> ErpChange:
    row = uow.session.get(ErpChange, (system, change.id))
    if row is None:
        row = ErpChange(
            system=system, change=change.id, kind=change.kind, key=change.key, what=change.what, attempts=0
        )
        uow.session.add(row)
    row.seen_at = uow.now
    return row


def _forget_old(uow: UnitOfWork, turn: Turn) -> None:
    old = (
        select(ErpChange.change)
        .where(ErpChange.system == turn.system, ErpChange.seen_at < uow.now - _KNOWN_FOR)
        .where(ErpChange.state != ChangeState.ASIDE)
        .limit(_AT_ONCE)
    )
    forget = delete(ErpChange).where(ErpChange.system == turn.system, ErpChange.change.in_(old))
    uow.session.execute(forget, execution_options={"synchronize_session": False})

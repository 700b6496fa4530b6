"""Whose turn an errand to an ERP is: a lease in its row, as a mailbox has one. So `cpm work` may run as often as one likes.

Killed at any moment, nothing is lost: the lease runs out, and somebody else goes on where the row says.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cpm.commands import administering, audit
from cpm.errors import Conflict, NotFound
from cpm.model import ErpErrand, Errand
from cpm.uow import UnitOfWork

#: Longer than two calls may take (CPM_ERP_TIMEOUT); each step of a turn renews it.
LEASE = timedelta(seconds=90)
#: After failures in a row; the last one repeats. An ERP that is back is to be noticed within a minute.
_WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60))


class LeaseLost(Conflict):
    """Somebody else runs this errand by now."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An errand in the hands of one process, for as long as the token holds."""

    system: str
    errand: Errand
    token: str


def due(look: UnitOfWork, wanted: Iterable[tuple[str, Errand]]) -> list[tuple[str, Errand]]:
    """Those of them that somebody may run now; one that was never run is."""
    known = {(row.system, row.errand): row for row in look.session.scalars(select(ErpErrand))}
    return [each for each in wanted if each not in known or _is_free(known[each], look.now)]


def lease(uow: UnitOfWork, system: str, errand: Errand, worker: str) -> Turn | None:
    """Take a turn; None if somebody else was faster."""
    _make(uow, system, errand)
    token = uuid4().hex
    taken = update(ErpErrand).where(*_this(system, errand), *_free(uow.now))
    given = {"token": token, "leased_by": worker, "leased_until": uow.now + LEASE}
    found = uow.session.scalar(taken.values(given).returning(ErpErrand.system))
    return None if found is None else Turn(system, errand, token)


def hurry(uow: UnitOfWork, system: str, errand: Errand) -> None:
    """It is due now."""
    _make(uow, system, errand)
    uow.session.execute(update(ErpErrand).where(*_this(system, errand)).values(due_at=uow.now))


def ours(uow: UnitOfWork, turn: Turn) -> ErpErrand:
    """The errand, locked, its lease renewed; LeaseLost if it is not ours any more."""
    query = select(ErpErrand).where(*_this(turn.system, turn.errand), ErpErrand.token == turn.token)
    row = uow.session.scalar(query.with_for_update(key_share=True))
    if row is None:
        raise LeaseLost(f"Expected to run {turn.errand} of {turn.system}, but somebody else does so by now")
    row.leased_until = uow.now + LEASE
    return row


def succeeded(uow: UnitOfWork, turn: Turn, result: dict[str, Any], *, due_at: datetime) -> ErpErrand:
    row = ours(uow, turn)
    row.succeeded_at, row.result, row.due_at = uow.now, result, due_at
    row.failing_since, row.failure, row.failure_de, row.failures = None, None, None, 0
    row.token, row.leased_until = None, None
    return row


def failed(uow: UnitOfWork, turn: Turn, *, english: str, german: str) -> ErpErrand:
    """Give the turn back; the next attempt comes later each time."""
    row = ours(uow, turn)
    row.failing_since = row.failing_since or uow.now
    row.failures += 1
    row.failure, row.failure_de = english, german
    row.token, row.leased_until = None, None
    wait = _WAITS[min(row.failures, len(_WAITS)) - 1]
    row.due_at = uow.now + wait * random.uniform(0.5, 1)  # noqa: S311 - no secret
    return row


def released(uow: UnitOfWork, turn: Turn) -> None:
    """We are asked to end: somebody else may go on at once."""
    row = ours(uow, turn)
    row.token, row.leased_until, row.due_at = None, None, uow.now


def now(uow: UnitOfWork, system: str, errand: Errand) -> ErpErrand:
    """An operator does not want to wait until it is due. One that is under way is run once more after that."""
    administering.must_be_allowed(uow)
    row = uow.session.scalar(select(ErpErrand).where(*_this(system, errand)).with_for_update())
    if row is None:
        raise NotFound(
            f"Expected to find {errand} of the ERP {system}, but `cpm work` has not met it yet",
            de=f"Das ERP {system} wurde noch nicht besucht: Läuft `cpm work`?",
        )
    row.due_at = uow.now
    audit.record(uow, "erp.errand_asked", system=system, errand=errand.value)
    return row


def _make(uow: UnitOfWork, system: str, errand: Errand) -> None:
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"system": system, "errand": errand, "due_at": uow.now, "failures": 0}
    uow.session.execute(dialect.insert(ErpErrand).values(row).on_conflict_do_nothing())


def _this(system: str, errand: Errand) -> tuple[ColumnElement[bool], ...]:
    return ErpErrand.system == system, ErpErrand.errand == errand


def _free(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    nobody = or_(ErpErrand.leased_until.is_(None), ErpErrand.leased_until < moment)
    return ErpErrand.due_at <= moment, nobody


def _is_free(row: ErpErrand, moment: datetime) -> bool:
    return row.due_at <= moment and (row.leased_until is None or row.leased_until < moment)

"""One poll of the change feed: ask what happened, read afresh what it happened to, tell what follows.

What cannot be read is put aside, so that one poisoned thing stops nothing; if the ERP itself is away, the poll fails and
begins again where it was.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cpm.commands import erp_feed, erp_news
from cpm.commands.erp_news import Read
from cpm.connectors.erp import Change, ErpFault, Order
from cpm.engine import Engine
from cpm.errors import CpmError
from cpm.following.work import Work

log = logging.getLogger(__name__)

#: All of a page is read at once, and some ERPs look through all that came after the cursor for each.
_PAGE = 5_000
_AT_ONCE = 200
#: We learn more of it by our own calls while we read it: then it is read again.
_READS = 3


def following(engine: Engine, now: datetime) -> datetime:
    """When the next poll is due."""
    return now + engine.settings.erp.poll


def run(work: Work) -> dict[str, Any]:
    """How many changes were met; ErpFault if the ERP is away."""
    cursor = work.do(erp_feed.since)
    if cursor is None:  # what happened before is nobody's news
        work.do(erp_feed.stands_at, work.erp.cursor())
        return {"changes": 0}
    met = _meet(work, work.look(erp_feed.due))
    while not work.stopped():
        with work.held():
            page = work.erp.changes(cursor, most=_PAGE)
        for begin in range(0, len(page), _AT_ONCE):
            met += _meet(work, work.look(erp_feed.unknown, page[begin : begin + _AT_ONCE]))
        if work.stopped():  # the rest of the page is read again
            break
        before, cursor = cursor, page[-1].cursor if page else cursor
        if len(page) < _PAGE or cursor == before:
            work.do(erp_feed.stands_at, cursor)
            break
    return {"changes": met}


def _meet(work: Work, changes: Iterable[Change]) -> int:
    """One thing after the other, however many changes of it there are."""
    things: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        things.setdefault((change.kind, change.key), []).append(change)
    for (kind, key), of_it in things.items():
        if work.stopped():
            break
        _one(work, kind, key, of_it)
    return sum(map(len, things.values()))


def _one(work: Work, kind: str, key: str, changes: list[Change]) -> None:
    try:
        if not work.look(erp_news.may_concern_us, kind, key):
            work.do(erp_feed.count, changes)
            return
        for _ in range(_READS):
            read = _read(work, kind, key)
            if work.do(erp_news.take, changes, read) is not None:
                return
        work.do(erp_feed.wait, changes)
    except CpmError:  # the database, or the lease is lost: no fault of this change
        raise
    except ErpFault as fault:
        if fault.code == "auth_failed" or (fault.passes and not work.erp.alive()):
            raise
        _aside(work, changes, fault.why, f"Das ERP zeigt {key} nicht ({fault.code}).")
    except Exception as error:
        log.exception("change.crashed", extra={"system": work.turn.system, "change": changes[-1].id})
        why = f"{type(error).__name__}: {error}"[:300]
        _aside(work, changes, why, f"Programmfehler: {why}")


def _read(work: Work, kind: str, key: str) -> Read:
    """As it is now, whatever the change said: they come late, twice, and in another order."""
    at = work.engine.clock()
    match kind:
        case "customer":
            return Read(at, party=work.erp.party(key))
        case "order":
            return Read(at, order=_order(work, key))
        case "invoice":
            invoice = work.erp.invoice(key)
            of_order = invoice.order if invoice is not None else None
            return Read(at, order=_order(work, of_order) if of_order else None, invoice=invoice)
    return Read(at)


def _order(work: Work, key: str) -> Order | None:
    """That the ERP has planned all of it for one day, when it was paid, is put right before anybody is told of it."""
    if work.look(erp_news.may_be_arranged, key):
        return work.erp.arranged(key)
    return work.erp.order(key)


def _aside(work: Work, changes: list[Change], english: str, german: str) -> None:
    log.warning("change.put_aside", extra={"system": work.turn.system, "change": changes[-1].id})
    work.do(erp_feed.put_aside, changes, english=english[:500], german=german[:500])

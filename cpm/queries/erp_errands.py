"""How we stand with each ERP, for who watches over it: how far behind its changes we are, and what came of each errand."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from cpm.model import ChangeState, ErpChange, ErpErrand, ErpFinding, ErpProduct, Errand
from cpm.queries import access, erp_keys
from cpm.queries.erp_keys import HIDDEN
from cpm.queries.pages import MOST
from cpm.uow import UnitOfWork

#: It should have been run so long ago: does `cpm work` run?
_FORGOTTEN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ErrandLine:
    errand: str  #: feed | catalogue | reconciliation | dunning
    condition: str  #: ok | failing | forgotten | new
    succeeded: datetime | None
    due: datetime | None
    since: datetime | None  #: it fails
    why: str | None
    result: Mapping[str, int]
    cursor: str | None  #: of the feed: the newest that we have read
    leased_by: str | None


@dataclass(frozen=True, slots=True)
class AsideLine:
    change: str
    kind: str
    key: str
    what: str
    why: str
    attempts: int
    seen: datetime
    due: datetime | None


@dataclass(frozen=True, slots=True)
class FindingLine:
    kind: str
    key: str
    field: str
    code: str
    ours: str
    theirs: str
    first: datetime
    case_id: int | None
    incident_id: int | None


@dataclass(frozen=True, slots=True)
class SystemView:
    system: str
    feed: ErrandLine
    catalogue: ErrandLine
    reconciliation: ErrandLine
    dunning: ErrandLine
    lag: timedelta | None  #: since when nobody has looked at its changes
    products: int
    aside: tuple[AsideLine, ...]
    findings: tuple[FindingLine, ...]  #: what differs now

    @property
    def errands(self) -> tuple[ErrandLine, ...]:
        return (self.feed, self.catalogue, self.reconciliation, self.dunning)


def systems(look: UnitOfWork, names: Iterable[str], language: str) -> list[SystemView]:
    """Of those that this installation works with."""
    return [_system(look, name, language) for name in names]


def feed_fails_since(look: UnitOfWork, system: str) -> datetime | None:
    """None: whoever follows its changes hears it, or nobody has begun to."""
    feed = ErpErrand.system == system, ErpErrand.errand == Errand.FEED
    return look.session.scalar(select(ErpErrand.failing_since).where(*feed))


def _system(look: UnitOfWork, name: str, language: str) -> SystemView:
    rows = {
        row.errand: row for row in look.session.scalars(select(ErpErrand).where(ErpErrand.system == name))
    }
    lines = {each: _line(look, each, rows.get(each), language) for each in Errand}
    feed = lines[Errand.FEED]
    count = select(func.count()).select_from(ErpProduct).where(ErpProduct.system == name)
    return SystemView(
        system=name,
        feed=feed,
        catalogue=lines[Errand.CATALOGUE],
        reconciliation=lines[Errand.RECONCILIATION],
        dunning=lines[Errand.DUNNING],
        lag=look.now - feed.succeeded if feed.succeeded else None,
        products=look.session.scalar(count) or 0,
        aside=_aside(look, name, language),
        findings=_findings(look, name),
    )


def _line(look: UnitOfWork, errand: Errand, row: ErpErrand | None, language: str) -> ErrandLine:
    if row is None:
        return ErrandLine(errand.value, "new", None, None, None, None, {}, None, None)
    trail = row.place if errand == Errand.FEED and row.place else [[None, None]]
    return ErrandLine(
        errand=errand.value,
        condition=_condition(row, look.now),
        succeeded=row.succeeded_at,
        due=row.due_at,
        since=row.failing_since,
        why=row.failure if language == "en" else row.failure_de,
        result={name: int(count) for name, count in (row.result or {}).items()},
        cursor=trail[-1][1],
        leased_by=row.leased_by if row.token else None,
    )


def _condition(row: ErpErrand, now: datetime) -> str:
    if now - max(row.due_at, row.leased_until or row.due_at) > _FORGOTTEN:
        return "forgotten"
    if row.failing_since is not None:
        return "failing"
    return "ok" if row.succeeded_at is not None else "new"


def _aside(look: UnitOfWork, system: str, language: str) -> tuple[AsideLine, ...]:
    of_it = ErpChange.system == system, ErpChange.state == ChangeState.ASIDE
    query = select(ErpChange).where(*of_it).order_by(ErpChange.seen_at).limit(MOST)
    rows = look.session.scalars(query).all()
    hidden = _hidden(look, system, rows)
    return tuple(
        AsideLine(
            row.change,
            row.kind,
            HIDDEN if row.key in hidden else row.key,
            row.what,
            _without(row.key, (row.why if language == "en" else row.why_de) or "", hidden),
            row.attempts,
            row.seen_at,
            row.due_at,
        )
        for row in rows
    )


def _findings(look: UnitOfWork, system: str) -> tuple[FindingLine, ...]:
    of_it = ErpFinding.system == system, ErpFinding.gone_at.is_(None)
    query = select(ErpFinding).where(*of_it).order_by(ErpFinding.mark).limit(MOST)
    rows = look.session.scalars(query).all()
    hidden = _hidden(look, system, rows)
    return tuple(
        FindingLine(
            row.kind,
            HIDDEN if row.key in hidden else row.key,
            row.field,
            row.code,
            plain(row.ours),
            plain(row.theirs),
            row.first_at,
            row.case_id,
            row.incident_id,
        )
        for row in rows
    )


def _hidden(look: UnitOfWork, system: str, rows: Iterable[ErpChange | ErpFinding]) -> set[str]:
    """Keys that would tell the reader of a case that they may neither see nor act on."""
    keys = [(system, row.key) for row in rows if row.kind != "customer"]
    return {key for _, key in erp_keys.hidden(look, keys, access.within_reach)}


def _without(key: str, text: str, hidden: Collection[str]) -> str:
    return text.replace(key, HIDDEN) if key in hidden else text


def plain(value: Any) -> str:
    """One of the two values that differ, on one line."""
    if isinstance(value, Mapping):
        return ", ".join(plain(each) for each in value.values() if each is not None)
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value if each)
    return "-" if value is None else str(value)

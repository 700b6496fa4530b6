"""What happened there, by when records were last written.

Tryton's log (`ir.model.log`) has each state and each write, people's too, but since 8.2 only administrators may search it. So customers,
sales and invoices are asked for that were written since, and with them what belongs to them and is written by itself. One that was written
twice is told once, as it is now. A time is that of its transaction's begin, and seen when that is committed: ask with an overlap.
So a change is named after the times of all its records: what is committed late may be older than what was seen of them before.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cpm.connectors.erp.nouns import Change
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.rest import Domain
from cpm.connectors.erp.tryton.row import Row
from cpm.connectors.erp.tryton.wire import Garbled

_AT = "last_modified_at"
_BEGINNING = datetime(1970, 1, 1)  # noqa: DTZ001  as Tryton has times: UTC without a zone
#: Records in one answer: one who imports ten thousand customers must not make it too long or too late.
_PAGE = 500


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    model: str
    key: str  #: the field with our key
    parts: tuple[str, ...] = ()  #: relations whose records are written without it
    state: str = ""


_ORDERS = _Kind("order", "sale.sale", "web_id", ("lines", "shipments"), "state")
_INVOICES = _Kind("invoice", "account.invoice", "number", (), "state")
_CUSTOMERS = _Kind("customer", "party.party", "code", ("addresses", "contact_mechanisms", "identifiers"))
_KINDS = (_CUSTOMERS, _ORDERS, _INVOICES)


class Changes:
    def __init__(self, places: Places) -> None:
        self._places, self._rest = places, places.rest

    def cursor(self) -> str:
        """The newest of all; what is written in the same moment later is told."""
        newest = [_BEGINNING]
        for kind in _KINDS:
            order = [[_AT, "DESC"]]
            rows = self._rest.search(kind.model, self._ours(kind), [_AT], most=1, order=order)
            newest += [at for row in rows if (at := row.moment(_AT)) is not None]
        return max(newest).isoformat(timespec="microseconds")

    def after(self, since: str, most: int) -> list[Change]:
        """All that was written since is read, and the oldest of it told: so a page may be cut anywhere."""
        time, _, last = since.partition("|")
        at = _moment(time)
        found = sorted(one for kind in _KINDS for one in self._written(kind, at))
        return [
            Change(id=f"{name}@{when}/{times}", cursor=f"{when}|{name}", kind=kind, key=key, what=what)
            for when, name, kind, key, what, times in found
            if (when, name) > (at.isoformat(timespec="microseconds"), last)
        ][:most]

    def _written(self, kind: _Kind, since: datetime) -> Iterator[tuple[str, str, str, str, str, str]]:
        fields = [
            _AT,
            kind.key,
            *([kind.state] if kind.state else []),
            *(f"{part}.{_AT}" for part in kind.parts),
        ]
        ways = [[[name, ">=", since]] for name in (_AT, *(f"{part}.{_AT}" for part in kind.parts))]
        for row in self._pages(kind.model, [*self._ours(kind), ["OR", *ways]], fields):
            times = _times(row, kind.parts)
            if times and (key := self._key(kind, row)):
                what = row.text(kind.state) if kind.state else "changed"
                newest = max(times.values()).isoformat(timespec="microseconds")
                yield newest, f"{kind.name}-{row.id}", kind.name, key, what, _mark(times)

    def _key(self, kind: _Kind, row: Row) -> str:
        """Empty for what is none of our business."""
        key = row.text(kind.key)
        if kind is _CUSTOMERS:
            return self._places.customer(key)
        return self._places.ours(key) if kind is _ORDERS else key

    def _pages(self, model: str, domain: Domain, fields: Sequence[str]) -> Iterator[Row]:
        further: list[object] = []
        last = 0
        while True:
            page = self._rest.search(model, [*domain, *further], fields, most=_PAGE, order=[["id", "ASC"]])
            yield from page
            if len(page) < _PAGE:
                return
            if page[-1].id <= last:
                raise Garbled("a list goes on and on")
            last = page[-1].id
            further = [["id", ">", last]]

    def _ours(self, kind: _Kind) -> list[object]:
        """A draft of an invoice has no number; its order tells of it."""
        home = self._places.home
        if kind is _ORDERS:
            return [["web_shop", "=", home.shop]]
        return [["type", "=", "out"], ["number", "!=", None]] if kind is _INVOICES else [["code", "!=", None]]


def _times(row: Row, parts: Sequence[str]) -> dict[str, datetime]:
    """When the record and each of its parts were last written."""
    found = {"": row.moment(_AT)}
    found |= {f"{part}-{one.id}": one.moment(_AT) for part in parts for one in row.rows(part)}
    return {name: time for name, time in found.items() if time is not None}


def _mark(times: Mapping[str, datetime]) -> str:
    return hashlib.sha256(repr(sorted(times.items())).encode()).hexdigest()[:12]


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _BEGINNING

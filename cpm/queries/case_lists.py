"""Lists of cases: filtered, sorted and summed by what every case has and by the attributes of a process.

The number of statements does not depend on the number of cases, nor does what a page without sums reads, if an index has
its order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select
from sqlalchemy.orm import defer, joinedload

from cpm.attributes import Column, Kind, Search, unscaled
from cpm.errors import Invalid
from cpm.model import Case, Variable
from cpm.queries import access, case_filters, pages
from cpm.queries.case_order import ordered
from cpm.queries.columns import columns
from cpm.queries.pages import Count
from cpm.uow import UnitOfWork

MOST_EXPORTED = 100_000  #: cases of one export, or summed up
MOST_COUNTED = 1_000  #: of a page without sums
_STEP = 1_000  #: cases in memory at a time
_SPLIT = 10**9  #: sums are added up in two parts: SQLite's end at 2^63
_USUAL = ("case", "subject", "customer", "process", "state", "team", "due", "opened")
_USUAL_OF_PROCESS = ("case", "subject", "customer", "state", "due")


@dataclass(frozen=True, slots=True)
class CaseRow:
    id: int
    number: str
    process: str
    values: Mapping[str, Any]  #: by column: text, Decimal, date, moment, a choice's code, or None
    misfits: frozenset[str]  #: attributes that stay empty because their variable is of another type


@dataclass(frozen=True, slots=True)
class CaseList:
    search: Search
    available: tuple[Column, ...]
    columns: tuple[Column, ...]  #: those shown
    rows: tuple[CaseRow, ...]
    total: Count  #: of all that were found, on this page or not
    sums: Mapping[str, Decimal]  #: of all that were found, by column shown; none if they are too many


@dataclass(frozen=True, slots=True)
class CaseExport:
    columns: tuple[Column, ...]
    rows: Iterator[CaseRow]  #: read in steps, as long as the unit of work is open
    total: int
    sums: Mapping[str, Decimal]


def page(
    uow: UnitOfWork,
    search: Search,
    *,
    language: str = "de",
    offset: int = 0,
    limit: int = 50,
    api: bool = False,
) -> CaseList:
    """Invalid says by column what cannot be asked. Without an actor all cases are seen: it is the server's own shell."""
    asked = _Asked(uow, search, language, api=api)
    rows = tuple(asked.rows(asked.ids(offset, limit)))
    total = asked.total()
    return CaseList(search, asked.available, asked.shown, rows, total, {} if total.more else asked.sums())


def check(uow: UnitOfWork, search: Search, language: str = "de") -> None:
    """Invalid if it could not be asked."""
    _Asked(uow, search, language, api=False)


def export(uow: UnitOfWork, search: Search, *, language: str = "de", api: bool = False) -> CaseExport:
    """All that is found; Invalid if that is more than anybody's spreadsheet should hold."""
    asked = _Asked(uow, search, language, api=api)
    total = pages.counted(uow, asked.query, MOST_EXPORTED + 1)
    if total.more:
        raise Invalid(
            f"Expected at most {MOST_EXPORTED:,} cases to export, but there are more: narrow the list",
            de=f"Höchstens {MOST_EXPORTED:_} Vorgänge lassen sich ausgeben, gefunden sind mehr: "
            "bitte enger filtern.".replace("_", "."),
        )
    return CaseExport(asked.shown, asked.all(), total.number, asked.sums())


def usual(process: str | None, available: Iterable[Column]) -> tuple[str, ...]:
    """What a list shows that does not say it."""
    if process is None:
        return _USUAL
    return _USUAL_OF_PROCESS + tuple(column.name for column in available if not column.fixed)


class _Asked:
    """One search, looked up once."""

    def __init__(self, uow: UnitOfWork, search: Search, language: str, *, api: bool) -> None:
        self.uow, self.search = uow, search
        self.available = columns(uow, search.process, language)
        self.by_name = {column.name: column for column in self.available}
        found = case_filters.conditions(uow, search, self.by_name, language)
        query = select(Case.id).where(*found)
        self.query = access.visible(uow, query, api=api) if uow.actor else query
        #: Nothing is asked but the process, and all of it is theirs to see
        self.whole = not search.filters and self.query is query
        self.shown = self._shown()

    def total(self) -> Count:
        return pages.counted(self.uow, self.query, MOST_EXPORTED + 1 if self._summed() else MOST_COUNTED)

    def sums(self) -> Mapping[str, Decimal]:
        """Exact, however large they are."""
        names = self._summed()
        if not names:
            return {}
        high, low = func.sum(Variable.amount // _SPLIT), func.sum(Variable.amount % _SPLIT)
        indexed = case_filters.indexed_attribute(names, self.search.process)
        query = select(Variable.name, high, low).where(indexed, Variable.amount.is_not(None))
        if not self.whole:
            query = query.where(case_filters.looked_up(Variable.case_id.in_(self.query)))
        query = query.group_by(Variable.name)
        sums = {
            name: int(up or 0) * _SPLIT + int(down or 0) for name, up, down in self.uow.session.execute(query)
        }
        return {name: unscaled(kind, sums.get(name, 0)) for name, kind in names.items()}

    def _summed(self) -> dict[str, Kind]:
        return {
            column.name: column.kind for column in self.shown if column.kind.summable and not column.fixed
        }

    def ids(self, offset: int = 0, limit: int | None = None) -> Sequence[int]:
        query = ordered(self.query, self.search, self.by_name[self.search.sort_column]).offset(offset)
        return self.uow.session.scalars(query if limit is None else query.limit(limit)).all()

    def all(self) -> Iterator[CaseRow]:
        ids = self.ids(0, MOST_EXPORTED)
        for start in range(0, len(ids), _STEP):
            yield from self.rows(ids[start : start + _STEP])

    def rows(self, ids: Sequence[int]) -> list[CaseRow]:
        if not ids:
            return []
        query = select(Case).where(Case.id.in_(ids)).options(joinedload(Case.customer), defer(Case.tokens))
        cases = {found.id: found for found in self.uow.session.scalars(query)}
        attributes = self._attributes(ids)
        return [self._row(cases[id_], attributes.get(id_, {})) for id_ in ids if id_ in cases]

    def _shown(self) -> tuple[Column, ...]:
        if self.search.columns:
            return tuple(self.by_name[name] for name in dict.fromkeys(self.search.columns))
        return tuple(self.by_name[name] for name in usual(self.search.process, self.available))

    def _attributes(self, ids: Sequence[int]) -> dict[int, dict[str, Row[Any]]]:
        """Rows of columns, not of objects: that halves the time of an export. Of texts alone the value is read."""
        names = [column.name for column in self.shown if not column.fixed]
        if not names:
            return {}
        texts = [column.name for column in self.shown if column.kind == Kind.TEXT and not column.fixed]
        whole = case((Variable.name.in_(texts), Variable.value)).label("text")
        there = Variable.value.is_not(None).label("there")
        columns = (
            Variable.case_id,
            Variable.name,
            Variable.amount,
            Variable.day,
            Variable.sought,
            whole,
            there,
        )
        found: dict[int, dict[str, Row[Any]]] = {}
        query = select(*columns).where(self._present(names), Variable.case_id.in_(ids))
        for row in self.uow.session.execute(query):
            found.setdefault(row.case_id, {})[row.name] = row
        return found

    def _present(self, names: Iterable[str]) -> ColumnElement[bool]:
        return case_filters.present_attribute(names, self.search.process)

    def _row(self, found: Case, attributes: Mapping[str, Row[Any]]) -> CaseRow:
        values = {
            column.name: _fixed(found, column.name)
            if column.fixed
            else _value(column, attributes.get(column.name))
            for column in self.shown
        }
        misfits = [name for name, one in attributes.items() if one.there and values[name] is None]
        return CaseRow(found.id, found.number, found.process, values, frozenset(misfits))


def _fixed(found: Case, name: str) -> Any:
    match name:
        case "case":
            return found.number
        case "customer":
            return found.customer.name
        case "state":
            return found.state.value
        case "due" | "opened" | "closed":
            return getattr(found, f"{name}_at")
        case "priority":
            return Decimal(found.priority)
    return getattr(found, name)


def _value(column: Column, found: Row[Any] | None) -> Any:
    if found is None:
        return None
    if column.kind.summable:
        return None if found.amount is None else unscaled(column.kind, found.amount)
    if column.kind == Kind.DATE:
        return found.day
    if column.kind == Kind.TEXT and isinstance(found.text, str):
        return found.text  # what is compared is folded, and cut
    return found.sought if column.kind == Kind.CHOICE else None

"""The filters of a list of cases as conditions of the database; what cannot be read is refused by column."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from cpm import case_numbers
from cpm.attributes import CaseFilter, Column, Kind, Search, folded
from cpm.errors import Invalid
from cpm.model import Case, CaseState, Customer, Identifier, Variable
from cpm.queries.filter_values import Misread, day, moment, number, scaled_bounds, whole_bounds
from cpm.uow import UnitOfWork

Condition = ColumnElement[bool]


def conditions(
    uow: UnitOfWork, search: Search, columns: Mapping[str, Column], language: str
) -> list[Condition]:
    """Invalid names each column that is none, and each value that does not fit its column."""
    found: list[Condition] = [] if search.process is None else [Case.process == search.process]
    problems = [(name, _no_column(name, language)) for name in search.asked if name not in columns]
    driven = False  #: by an attribute: its index leads to the cases, the others only look
    for one in search.filters:
        if (column := columns.get(one.column)) is None:
            continue
        try:
            by_attribute = not column.fixed
            further = _of_one(uow, one, column, search.process)
            found += map(looked_up, further) if by_attribute and driven else further
            driven = driven or by_attribute
        except Misread as misread:
            problems.append((one.column, f"{column.label}: {misread.sentence(language)}"))
    if problems:
        raise Invalid(
            f"Expected a list that can be asked for, but {problems[0][1]}",
            problems,
            de=f"So lässt sich die Liste nicht abfragen: {problems[0][1]}",
            problems_de=problems,
        )
    return found


def customer_name() -> ColumnElement[str]:
    """As `Customer.name` says it, in lower case."""
    person = func.coalesce(Customer.first_name, "") + " " + func.coalesce(Customer.last_name, "")
    return func.lower(func.coalesce(func.nullif(Customer.company_name, ""), func.trim(person)))


def present_attribute(names: Iterable[str], process: str | None, of: Any = Variable) -> Condition:
    """The case's own and present variables of these names, where they are attributes."""
    return and_(of.process == process, of.name.in_(list(names)), of.scope == "", of.until.is_(None))


def indexed_attribute(names: Iterable[str], process: str | None) -> Condition:
    """The same as an index has it without its rows: only variables of the case itself have a process."""
    return and_(Variable.process == process, Variable.name.in_(list(names)), Variable.until.is_(None))


def looked_up(condition: Condition) -> Condition:
    """`x IN (SELECT ...)` that PostgreSQL answers from a hash, never from a loop within a loop.

    It takes names and processes for independent of each other, and expects one row where there are thousands.
    """
    return condition.is_(true())


def _of_one(uow: UnitOfWork, one: CaseFilter, column: Column, process: str | None) -> Iterator[Condition]:
    _check_kind(one, column)
    if column.fixed:
        yield from _FIXED[column.kind](uow, one) if column.name not in _OWN else _OWN[column.name](one)
        return
    cases = select(Variable.case_id).where(
        indexed_attribute([column.name], process), *_ATTRIBUTE[column.kind](uow, one)
    )
    yield Case.id.in_(cases)


def _check_kind(one: CaseFilter, column: Column) -> None:
    if (one.at_least or one.at_most) and not column.kind.ranged:
        raise Misread("has no from and to", "kennt kein Von und Bis")
    if one.contains and (column.kind != Kind.TEXT or column.name == "case"):
        raise Misread("cannot be searched for a part", "lässt sich nicht nach einem Teil durchsuchen")


def _amounts(_uow: UnitOfWork, one: CaseFilter) -> Iterator[Condition]:
    least, most = scaled_bounds(one.at_least, one.at_most)
    yield from _between(Variable.amount, least, most)
    if one.any_of:
        exact = [scaled_bounds(value, value) for value in one.any_of]
        yield or_(*(and_(Variable.amount >= low, Variable.amount <= high) for low, high in exact))


def _days(uow: UnitOfWork, one: CaseFilter) -> Iterator[Condition]:
    today = uow.local_now.date()
    yield from _between(
        Variable.day,
        day(one.at_least, today) if one.at_least else None,
        day(one.at_most, today) if one.at_most else None,
    )
    if one.any_of:
        yield Variable.day.in_([day(value, today) for value in one.any_of])


def _texts(_uow: UnitOfWork, one: CaseFilter) -> Iterator[Condition]:
    if one.any_of:
        yield Variable.sought.in_([folded(value) for value in one.any_of])
    if one.contains:
        yield Variable.sought.contains(folded(one.contains), autoescape=True)


def _codes(_uow: UnitOfWork, one: CaseFilter) -> Iterator[Condition]:
    yield Variable.sought.in_(one.any_of)


def _priority(one: CaseFilter) -> Iterator[Condition]:
    yield from _between(Case.priority, *whole_bounds(one.at_least, one.at_most))
    if one.any_of:
        yield Case.priority.in_([int(number(value)) for value in one.any_of if number(value) % 1 == 0])


def _moments(uow: UnitOfWork, one: CaseFilter) -> Iterator[Condition]:
    """Days where the firm is, from midnight to midnight."""
    column: Any = getattr(Case, f"{one.column}_at")
    today, zone = uow.local_now.date(), uow.settings.zone
    next_day = timedelta(days=1)
    if one.at_least:
        yield column >= moment(day(one.at_least, today), zone)
    if one.at_most:
        yield column < moment(day(one.at_most, today) + next_day, zone)
    if one.any_of:
        days = [day(value, today) for value in one.any_of]
        yield or_(
            *(and_(column >= moment(each, zone), column < moment(each + next_day, zone)) for each in days)
        )


def _words(_uow: UnitOfWork, one: CaseFilter) -> Iterator[Condition]:
    yield getattr(Case, one.column).in_(one.any_of)


def _state(one: CaseFilter) -> Iterator[Condition]:
    known = {state.value for state in CaseState}
    if strange := [word for word in one.any_of if word not in known]:
        there = ", ".join(sorted(known))
        raise Misread(f"is one of {there}, not {strange[0]!r}", f"ist {there}, nicht {strange[0]!r}")
    yield Case.state.in_([CaseState(word) for word in one.any_of])


def _number(one: CaseFilter) -> Iterator[Condition]:
    try:
        yield Case.id.in_([case_numbers.case_id(value) for value in one.any_of])
    except Invalid as error:
        raise Misread(f"is no case number: {error}", "ist keine Vorgangsnummer") from error


def _subject(one: CaseFilter) -> Iterator[Condition]:
    if one.any_of:
        yield func.lower(Case.subject).in_([value.lower() for value in one.any_of])
    if one.contains:
        yield Case.subject.icontains(one.contains, autoescape=True)


def _customer(one: CaseFilter) -> Iterator[Condition]:
    """By name, or by a whole address."""
    for sought, match in ((one.any_of, _equals), ((one.contains,) if one.contains else (), _holds)):
        if sought:
            by_address = select(Identifier.customer_id).where(
                Identifier.value.in_([value.lower() for value in sought])
            )
            named = select(Customer.id).where(or_(*(match(value) for value in sought)))
            yield or_(Case.customer_id.in_(named), Case.customer_id.in_(by_address))


def _equals(value: str) -> Condition:
    return customer_name() == value.lower()


def _holds(value: str) -> Condition:
    return customer_name().contains(value.lower(), autoescape=True)


def _between(column: Any, least: Any, most: Any) -> Iterator[Condition]:
    if least is not None:
        yield column >= least
    if most is not None:
        yield column <= most


def _no_column(name: str, language: str) -> str:
    shown = name[:80]
    return f"{shown} is no column of it" if language == "en" else f"{shown} ist keine Spalte davon"


_ATTRIBUTE: Mapping[Kind, Callable[[UnitOfWork, CaseFilter], Iterator[Condition]]] = {
    Kind.TEXT: _texts,
    Kind.NUMBER: _amounts,
    Kind.MONEY: _amounts,
    Kind.DATE: _days,
    Kind.CHOICE: _codes,
}
_FIXED: Mapping[Kind, Callable[[UnitOfWork, CaseFilter], Iterator[Condition]]] = {
    Kind.MOMENT: _moments,
    Kind.CHOICE: _words,
}
_OWN: Mapping[str, Callable[[CaseFilter], Iterator[Condition]]] = {
    "case": _number,
    "subject": _subject,
    "customer": _customer,
    "state": _state,
    "priority": _priority,
}

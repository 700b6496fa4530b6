"""The order of a list of cases: the same on both databases, nulls last whichever way, of equals the newest first."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Text

from cpm.attributes import Column, Kind, Search
from cpm.model import Case, Variable
from cpm.queries.case_filters import customer_name, present_attribute

_NEVER_NULL = frozenset({"case", "opened", "priority"})


def ordered(query: Select[int], search: Search, column: Column) -> Select[int]:
    if column.name == "customer":
        query = query.join(Case.customer)
    if column.fixed:
        by = _of_case(column)
    else:
        variable = aliased(Variable)
        present = present_attribute([column.name], search.process, variable)
        query = query.outerjoin(variable, and_(variable.case_id == Case.id, present))
        by = _of_attribute(column, variable)
    way = by.desc() if search.descending else by.asc()
    if column.name not in _NEVER_NULL:  # or else no index has this order downwards
        way = way.nulls_last()
    return query.order_by(way, Case.id.desc())


def _of_case(column: Column) -> ColumnElement[Any]:
    match column.name:
        case "case":
            return Case.id.expression
        case "customer":
            return code_points(customer_name())
        case "subject":
            return code_points(func.lower(Case.subject))
    if column.kind == Kind.MOMENT:
        moment: ColumnElement[Any] = getattr(Case, f"{column.name}_at")
        return moment
    if column.kind == Kind.CHOICE:
        return _by_option(column, getattr(Case, column.name))
    return Case.priority.expression


def _of_attribute(column: Column, variable: Any) -> ColumnElement[Any]:
    if column.kind == Kind.CHOICE:
        return _by_option(column, variable.sought)
    by: ColumnElement[Any] = variable.amount if column.kind.summable else variable.sought
    return variable.day if column.kind == Kind.DATE else by


def _by_option(column: Column, code: ColumnElement[Any]) -> ColumnElement[Any]:
    """As people are offered them; codes that nobody names come after those."""
    places = {option: place for place, (option, _) in enumerate(column.options)}
    beyond = case((code.is_not(None), len(places)))
    return case(places, value=code, else_=beyond) if places else beyond


class code_points(GenericFunction[str]):  # noqa: N801 - a function of SQL, named as those are
    """Text in the order of its code points: PostgreSQL's own order is that of the machine's language."""

    type = Text()
    inherit_cache = True


@compiles(code_points)
def _as_it_is(element: Any, compiler: Any, **more: Any) -> str:
    return str(compiler.process(element.clauses, **more))


@compiles(code_points, postgresql.dialect.name)
def _collated(element: Any, compiler: Any, **more: Any) -> str:
    return f'{compiler.process(element.clauses, **more)} COLLATE "C"'

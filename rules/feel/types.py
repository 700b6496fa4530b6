"""Types of values: `instance of`, and the implicit conversions of parameters and decisions."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from rules.feel.errors import FeelError, Unfit
from rules.feel.frames import Run
from rules.feel.syntax import (
    AllowedType,
    ContextType,
    FunctionType,
    ListType,
    NamedType,
    RangeType,
    Type,
    walk,
)
from rules.feel.temporal.make import midnight
from rules.feel.temporal.wide import kind_of
from rules.feel.values import Function, Range, YearsMonths

Types = Mapping[str, Type]

_CLASSES: dict[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": dt.date,
    "time": dt.time,
    "date and time": dt.datetime,
    "dateTime": dt.datetime,
    "days and time duration": dt.timedelta,
    "dayTimeDuration": dt.timedelta,
    "years and months duration": YearsMonths,
    "yearMonthDuration": YearsMonths,
    "list": list,
    "context": dict,
    "range": Range,
    "function": Function,
}
TYPE_NAMES = frozenset({*_CLASSES, "Any", "Null"})
_NAME_OF = {kind: name for name, kind in reversed(_CLASSES.items())}


def type_name(value: object) -> str:
    """The name of a value's type, without the types of what is in it."""
    return "null" if value is None else _NAME_OF.get(kind_of(value), "Any")


def checked(kind: Type, types: Types) -> Type:
    """The type itself. Raises FeelError if it names a type that nobody defines."""
    for part in walk(kind):
        if isinstance(part, NamedType) and part.name not in TYPE_NAMES and part.name not in types:
            raise FeelError(f"Expected a type, but “{part.name}” is none.", expected="a type")
    return kind


def is_instance(value: object, kind: Type, types: Types, run: Run) -> bool:
    """Null is an instance of Null only."""
    if value is None:
        return kind == NamedType("Null")
    return conforms(value, kind, types, run)


def conforms(value: object, kind: Type, types: Types, run: Run) -> bool:
    """As `is_instance`, but null conforms with everything."""
    run.spend(1)
    if value is None:
        return True
    match kind:
        case NamedType(name):
            return _conforms_to_name(value, name, types, run)
        case ListType(of):
            return isinstance(value, list) and all(conforms(item, of, types, run) for item in value)
        case RangeType(of):
            return isinstance(value, Range) and all(
                conforms(end, of, types, run) for end in (value.start, value.end)
            )
        case ContextType(fields):
            return isinstance(value, dict) and all(
                name in value and conforms(value[name], of, types, run) for name, of in fields
            )
        case AllowedType(of, allows):
            return conforms(value, of, types, run) and allows(value, run)
        case FunctionType(parameters):
            return isinstance(value, Function) and (
                value.parameters is None or len(value.parameters) == len(parameters)
            )


def _conforms_to_name(value: object, name: str, types: Types, run: Run) -> bool:
    if name in types:
        return conforms(value, types[name], types, run)
    return name == "Any" or kind_of(value) is _CLASSES.get(name)


def coerced(value: object, kind: Type | None, types: Types, run: Run) -> object:
    """The value as one of the type: a list of one for its item and the reverse, a date for its midnight.

    Raises Unfit if it does not conform even so (DMN 1.5 10.3.2.9.4).
    """
    if kind is None or conforms(value, kind, types, run):
        return value
    while isinstance(kind, NamedType) and kind.name in types:
        kind = types[kind.name]
    if isinstance(value, list) and len(value) == 1 and conforms(value[0], kind, types, run):
        return value[0]
    if isinstance(kind, ListType) and not isinstance(value, list) and conforms(value, kind.of, types, run):
        return [value]
    if kind_of(value) is dt.date and kind in (NamedType("date and time"), NamedType("dateTime")):
        return midnight(value)  # type: ignore[arg-type]
    raise Unfit

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
_SPELLINGS = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}
_GENERIC: dict[type, str] = {
    ListType: "list",
    ContextType: "context",
    RangeType: "range",
    FunctionType: "function",
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
            raise FeelError(
                f"Expected a type, but “{part.name}” is none.",
                german=f"Einen Typ „{part.name}“ gibt es nicht.",
                expected="a type",
            )
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
        case FunctionType():
            return isinstance(value, Function) and _is_function(value, kind, types)


def _is_function(function: Function, kind: FunctionType, types: Types) -> bool:
    """It takes what the type's functions take, and gives what they give, as far as it says so."""
    if function.types is None:
        return function.takes(len(kind.parameters))
    *parameters, result = function.types
    return (
        len(parameters) == len(kind.parameters)
        and all(
            own is None or narrower(given, own, types)
            for given, own in zip(kind.parameters, parameters, strict=True)
        )
        and (result is None or narrower(result, kind.result, types))
    )


def narrower(one: Type, other: Type, types: Types) -> bool:
    """Is every value of the first type one of the second? DMN 1.5 10.3.2.9.2; allowed values do not matter."""
    one, other = _plain(one, types), _plain(other, types)
    if other == NamedType("Any") or one in (other, NamedType("Null")):
        return True
    match one, other:
        case (ListType(a), ListType(b)) | (RangeType(a), RangeType(b)):
            return narrower(a, b, types)
        case ContextType(fields), ContextType(wanted):
            own = dict(fields)
            return all(name in own and narrower(own[name], of, types) for name, of in wanted)
        case FunctionType(), FunctionType():
            taken = len(one.parameters) == len(other.parameters) and all(
                narrower(b, a, types) for a, b in zip(one.parameters, other.parameters, strict=True)
            )
            return taken and narrower(one.result, other.result, types)
    return isinstance(other, NamedType) and _GENERIC.get(type(one)) == other.name


def _plain(kind: Type, types: Types) -> Type:
    """Without the names that a document gives, allowed values, and other spellings of FEEL's own types."""
    while True:
        if isinstance(kind, AllowedType):
            kind = kind.of
        elif isinstance(kind, NamedType) and kind.name in types:
            kind = types[kind.name]
        else:
            break
    return NamedType(_SPELLINGS.get(kind.name, kind.name)) if isinstance(kind, NamedType) else kind


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

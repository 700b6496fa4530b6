"""What is known of a value before there is one: its type, as far as a document says it.

None stands for what nobody knows; nothing is ever said against that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from rules.feel import compile_expression, to_feel
from rules.feel.errors import FeelError, Unfit
from rules.feel.frames import Run
from rules.feel.functions import SIGNATURES
from rules.feel.syntax import NamedType, Tests
from rules.feel.types import conforms
from rules.feel.values import Range
from rules.said import Said


@dataclass(frozen=True, slots=True)
class Kind:
    name: str  #: one of the scalars, or Null, list, context, range, function
    of: "Kind | None" = None  #: the items of a list, the ends of a range
    entries: tuple[tuple[str, "Kind | None"], ...] = ()  #: of a context
    allowed: Tests | None = None  #: the only values there are
    whole: bool = False  #: a number without fraction, as other tools declare it


_SAID = {
    "number": Said("a number", "eine Zahl"),
    "string": Said("a text", "ein Text"),
    "boolean": Said("true or false", "true oder false"),
    "date": Said("a date", "ein Datum"),
    "time": Said("a time of day", "eine Uhrzeit"),
    "date and time": Said("a date and time", "ein Zeitpunkt"),
    "days and time duration": Said("a duration of days or hours", "eine Dauer in Tagen oder Stunden"),
    "years and months duration": Said("a duration of years or months", "eine Dauer in Jahren oder Monaten"),
    "list": Said("a list", "eine Liste"),
    "context": Said("a context", "ein Kontext"),
    "range": Said("a range", "ein Bereich"),
    "function": Said("a function", "eine Funktion"),
    "Null": Said("null", "null"),
}
ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "integer": "number",
    "long": "number",
    "double": "number",
    "Boolean": "boolean",
}
WHOLE = frozenset({"integer", "long"})
#: One value of each type that has an order or at least equality, in all forms that behave in their own way.
_SAMPLES = {
    "number": ("2",),
    "string": ('"a"',),
    "boolean": ("true",),
    "date": ('@"2026-03-02"',),
    "time": ('@"10:00:00"', '@"10:00:00Z"'),
    "date and time": ('@"2026-03-02T10:00:00"', '@"2026-03-02T10:00:00Z"'),
    "days and time duration": ('@"P1D"',),
    "years and months duration": ('@"P1M"',),
}
SCALARS = frozenset(_SAMPLES)
NULL, NUMBER, STRING, BOOLEAN = (Kind(name) for name in ("Null", "number", "string", "boolean"))


_USUAL = {type(None): NULL, Decimal: NUMBER, str: STRING, bool: BOOLEAN}


def said(kind: Kind) -> Said:
    return _SAID[kind.name]


def known_scalar(kind: Kind | None) -> bool:
    return kind is not None and kind.name in SCALARS


def kind_of(value: object) -> Kind | None:
    """The type of a value that stands in the text itself."""
    if (usual := _USUAL.get(type(value))) is not None:
        return usual
    if isinstance(value, list):
        return Kind("list", common(kind_of(item) for item in value))
    if isinstance(value, Range):
        return Kind("range", common(kind_of(end) for end in (value.start, value.end) if end is not None))
    for name in SCALARS:
        if conforms(value, NamedType(name), {}, Run()):
            return Kind(name)
    return None


def common(kinds: Iterable[Kind | None]) -> Kind | None:
    """The one type that all are of; null is of each."""
    found = [kind for kind in kinds if kind != NULL]
    alike = bool(found) and all(
        kind is not None and found[0] and kind.name == found[0].name for kind in found
    )
    return found[0] if alike else None


def is_a(kind: Kind | None, name: str) -> bool:
    return kind is not None and kind.name == name


@cache
def calculated(operator: str, left: str, right: str) -> tuple[Kind | None, ...]:
    """What the operation gives for two scalars; empty if it is null whatever their values are."""
    expression = compile_expression(f"a {operator} b")
    values = [expression({"a": a, "b": b}) for a in samples(left) for b in samples(right)]
    return tuple(dict.fromkeys(kind_of(value) for value in values if value is not None))


@cache
def taken_by(function: str, arguments: int, position: int) -> frozenset[str] | None:
    """The scalars that the function takes there, whichever way it is called; None if it takes anything."""
    ways = [way for way in SIGNATURES[function] if way.takes(arguments)]
    found = set()
    for name in SCALARS:
        for sample in samples(name):
            for way in ways:
                try:
                    way.parameters[min(position, len(way.parameters) - 1)].take(sample)
                except (Unfit, FeelError, ArithmeticError, ValueError):
                    continue
                found.add(name)
    return None if found == SCALARS else frozenset(found)


@cache
def part_of(scalar: str, name: str) -> tuple[Kind | None, ...]:
    """What stands after a dot behind a scalar; empty if there is no part of that name."""
    expression = compile_expression(f"a.{name}", (name,))
    values = [expression({"a": sample}) for sample in samples(scalar)]
    return tuple(dict.fromkeys(kind_of(value) for value in values if value is not None))


@cache
def samples(scalar: str) -> tuple[object, ...]:
    """Values of the type, of each form that it has."""
    return tuple(to_feel(compile_expression(text)({})) for text in _SAMPLES[scalar])

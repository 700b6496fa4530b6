"""Calls: functions nobody knows, arguments that no way of calling takes, and what comes out where it is always the same."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rules.checks import sentences
from rules.checks.finding import Severity
from rules.checks.kinds import BOOLEAN, NUMBER, STRING, Kind, known_scalar, taken_by
from rules.checks.scope import Scope
from rules.feel.functions import FUNCTIONS, SIGNATURES
from rules.feel.syntax import Call, Name, NamedCall

if TYPE_CHECKING:
    from rules.checks.expressions import Expressions

_DAYS = Kind("days and time duration")
_RESULTS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            "not", "contains", "starts with", "ends with", "matches", "list contains", "all", "any", "is defined",
            "is blank", "is empty", "odd", "even", "before", "after", "meets", "met by", "overlaps", "includes",
            "during", "starts", "finishes", "coincides", "is",
        ),
        BOOLEAN,
    ),
    **dict.fromkeys(
        (
            "string length", "number", "count", "mean", "median", "stddev", "product", "decimal", "floor", "ceiling",
            "round up", "round down", "round half up", "round half down", "modulo", "sqrt", "exp", "log",
            "day of year", "week of year",
        ),
        NUMBER,
    ),
    **dict.fromkeys(
        (
            "string", "upper case", "lower case", "substring", "substring before", "substring after", "replace",
            "string join", "trim", "day of week", "month of year",
        ),
        STRING,
    ),
    "split": Kind("list", STRING),
    "date": Kind("date"),
    "today": Kind("date"),
    "time": Kind("time"),
    "date and time": Kind("date and time"),
    "now": Kind("date and time"),
    "years and months duration": Kind("years and months duration"),
    "index of": Kind("list", NUMBER),
}  # fmt: skip


def call(reader: "Expressions", node: Call, scope: Scope) -> Kind | None:
    arguments = [reader.kind(argument, scope) for argument in node.arguments]
    name = _builtin(reader, node.function, scope)
    if name is None:
        return None
    if not any(way.takes(len(arguments)) for way in SIGNATURES[name]):
        reader.wrong("function", sentences.unfit_call(name, map(str, SIGNATURES[name]), len(arguments)))
        return None
    _check_arguments(reader, name, arguments)
    return _RESULTS.get(name)


def named_call(reader: "Expressions", node: NamedCall, scope: Scope) -> Kind | None:
    for _, argument in node.arguments:
        reader.kind(argument, scope)
    name = _builtin(reader, node.function, scope)
    if name is None:
        return None
    given = frozenset(each for each, _ in node.arguments)
    if not any(way.takes_names(given) for way in SIGNATURES[name]):
        reader.wrong("function", sentences.unfit_call(name, map(str, SIGNATURES[name]), sorted(given)))
        return None
    return _RESULTS.get(name)


def _builtin(reader: "Expressions", function: object, scope: Scope) -> str | None:
    """The name of the built-in function that is called; None if it is another, or none at all."""
    if not isinstance(function, Name):
        reader.kind(function, scope)
        return None
    if function.name in scope.names:
        return None
    if function.name in FUNCTIONS:
        return function.name
    if reader.is_unknown(function.name, scope):
        severity = Severity.ERROR if scope.sure else Severity.WARNING
        reader.wrong(
            "function", sentences.unknown_function(function.name, (*FUNCTIONS, *scope.names)), severity
        )
    return None


def _check_arguments(reader: "Expressions", name: str, arguments: Sequence[Kind | None]) -> None:
    for at, kind in enumerate(arguments):
        if kind is None or not known_scalar(kind):
            continue
        taken = taken_by(name, len(arguments), at)
        if taken and kind.name not in taken:
            kinds = [Kind(each) for each in sorted(taken)]
            reader.wrong("type", sentences.other_argument(name, at + 1, kinds, kind))

"""Values as texts: what `string()` gives, which reads back as FEEL wherever FEEL has a literal for it."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from rules.feel.frames import Run
from rules.feel.limits import LARGEST_VALUE
from rules.feel.numbers import number_text
from rules.feel.temporal.make import length_of, nanosecond_of
from rules.feel.temporal.wide import kind_of
from rules.feel.temporal.writing import clock_text, date_text, date_time_text, duration_text
from rules.feel.values import Function, Range, YearsMonths
from rules.feel.vocabulary import LATER_WORD, SPACE, WORD

_BARE_KEY = re.compile(rf"{WORD.pattern}(?: {LATER_WORD.pattern})*")


def to_string(value: object, run: Run | None = None) -> str:
    """The text of any value; texts inside lists and contexts are quoted, a text by itself is not."""
    if type(value) is str:
        return value
    return _text(value, run or Run(steps=LARGEST_VALUE))


def _text(value: object, run: Run) -> str:
    run.spend(1)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        run.spend_text(len(value))
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, list):
        return "[" + ", ".join(_text(item, run) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_text(item, run)}" for key, item in value.items()) + "}"
    return _other(value, run)


def _key(name: str) -> str:
    bare = _BARE_KEY.fullmatch(name) and not SPACE.search(name.replace(" ", ""))
    return name if bare else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _other(value: object, run: Run) -> str:
    write = _TEMPORAL.get(kind_of(value))
    if write is not None:
        return write(value)
    if isinstance(value, Range):
        return _range(value, run)
    if isinstance(value, YearsMonths):
        return str(value)
    assert isinstance(value, Function)
    return f"function {value.name}".strip()


def _range(value: Range, run: Run) -> str:
    """As it is written: `[1..5)`, or `(< 5)` without a start."""
    start, end = _text(value.start, run), _text(value.end, run)
    if value.form:
        return f"({value.form} {start})"
    if value.start is None:
        return f"({'<=' if value.end_included else '<'} {end})"
    if value.end is None:
        return f"({'>=' if value.start_included else '>'} {start})"
    return f"{'[' if value.start_included else '('}{start}..{end}{']' if value.end_included else ')'}"


_TEMPORAL: dict[type, Callable[..., str]] = {
    dt.date: date_text,
    dt.time: lambda value: clock_text(value, nanosecond_of(value)),
    dt.datetime: lambda value: date_time_text(value, nanosecond_of(value)),
    dt.timedelta: lambda value: duration_text(length_of(value)),
}

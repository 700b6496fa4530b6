"""Values as texts: what `string()` gives, which reads back as FEEL wherever FEEL has a literal for it."""

import datetime as dt
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules.feel.frames import Run
from rules.feel.limits import LARGEST_VALUE
from rules.feel.numbers import number_text
from rules.feel.temporal import offset_of
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
    if isinstance(value, dt.datetime):
        return f"{value.date().isoformat()}T{_time(value)}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return _time(value)
    if isinstance(value, dt.timedelta):
        return _days_time(value)
    if isinstance(value, Range):
        left, right = "[" if value.start_included else "(", "]" if value.end_included else ")"
        return f"{left}{_bound(value.start, run)}..{_bound(value.end, run)}{right}"
    if isinstance(value, YearsMonths):
        return str(value)
    assert isinstance(value, Function)
    return f"function {value.name}".strip()


def _bound(value: object, run: Run) -> str:
    return "" if value is None else _text(value, run)


def _time(value: dt.datetime | dt.time) -> str:
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}" + _fraction(value.microsecond)
    if isinstance(value.tzinfo, ZoneInfo):
        return f"{text}@{value.tzinfo.key}"
    offset = offset_of(value)
    if offset is None:
        return text
    if not offset:
        return text + "Z"
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    sign = "-" if offset < dt.timedelta() else "+"
    return f"{text}{sign}{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def _days_time(value: dt.timedelta) -> str:
    sign, value = ("-", -value) if value < dt.timedelta() else ("", value)
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    time = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
    if seconds or value.microseconds:
        time += f"{seconds}{_fraction(value.microseconds)}S"
    text = f"{value.days}D" * bool(value.days) + f"T{time}" * bool(time)
    return f"{sign}P{text or 'T0S'}"


def _fraction(microseconds: int) -> str:
    return f".{microseconds:06}".rstrip("0") if microseconds else ""

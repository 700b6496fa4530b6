"""The exact JSON text of a FEEL value: what is stored comes back with type, digits, offset and zone.

Numbers are JSON numbers with all their digits; the rest that JSON lacks is an object with one tag.
A user's key that begins with `@` gets another `@`, so that no data can pose as a tag. Key order is kept.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any
from zoneinfo import ZoneInfo

from rules.feel import (
    WideDate,
    WideDateTime,
    WideDuration,
    WideTime,
    YearsMonths,
    read_temporal,
    to_string,
)

MAX_DEPTH = 200  #: levels of lists and contexts; deeper data would overflow a reader's stack

_SURROGATE = re.compile("[\ud800-\udfff]")
_DURATION = re.compile(r"(-?)P(\d+)DT(\d+)(?:\.(\d{6}))?S")


def dumps(value: object) -> str:
    """The text of `value`; TypeError for what is no FEEL value (a float above all), ValueError for NaN or too deep."""
    text = _write(value, 0)
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def loads(text: str) -> Any:
    """The value that `dumps` wrote; ValueError for text of any other kind."""
    value, end = _DECODER.raw_decode(text)
    return value if end == len(text) else _DECODER.decode(text)


def _write(value: object, depth: int) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return encode_basestring(value)
        case int():
            return str(value)
        case Decimal():
            return _number(value)
        case dict():
            return f"{{{','.join(_entries(value, _below(depth)))}}}"
        case list():
            below = _below(depth)
            return f"[{','.join([_write(item, below) for item in value])}]"
    tag, text = _tagged(value)
    return f'{{"{tag}":{encode_basestring(text)}}}'


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"Expected a finite number, but got {value}")
    return str(value)


def _entries(context: dict[Any, Any], depth: int) -> Iterator[str]:
    for key, value in context.items():
        if not isinstance(key, str):
            raise TypeError(
                f"Expected the keys of a context to be strings, but {key!r} is a {type(key).__name__}"
            )
        safe = "@" + key if key.startswith("@") else key
        yield f"{encode_basestring(safe)}:{_write(value, depth)}"


def _below(depth: int) -> int:
    if depth >= MAX_DEPTH:
        raise ValueError(f"Expected at most {MAX_DEPTH} levels of lists and contexts, but there are more")
    return depth + 1


def _tagged(value: object) -> tuple[str, str]:
    match value:
        case datetime():
            return "@datetime", _clock_text(value)
        case date():
            return "@date", value.isoformat()
        case time():
            return "@time", _clock_text(value)
        case timedelta():
            return "@duration", _duration_text(value)
        case YearsMonths():
            return "@months", str(value.months)
        case WideTime() | WideDateTime():
            return "@wide", to_string(replace(value, fold=0)) + ("~" if value.fold else "")
        case WideDate() | WideDuration():
            return "@wide", to_string(value)
    raise TypeError(f"Expected a FEEL value, but got a {type(value).__name__}: {value!r:.80}")


def _clock_text(value: datetime | time) -> str:
    """ISO 8601; a named zone follows in brackets (RFC 9557), `~` marks the second pass of a repeated hour."""
    zone = value.tzinfo
    name = f"[{zone.key}]" if isinstance(zone, ZoneInfo) else ""
    return value.isoformat() + name + ("~" if value.fold else "")


def _duration_text(value: timedelta) -> str:
    sign, left = ("-", -value) if value < timedelta(0) else ("", value)
    fraction = f".{left.microseconds:06}" if left.microseconds else ""
    return f"{sign}P{left.days}DT{left.seconds}{fraction}S"


def _context(pairs: list[tuple[str, Any]]) -> Any:
    if len(pairs) == 1 and (read := _READERS.get(pairs[0][0])):
        return read(pairs[0][1])
    return {key.removeprefix("@"): value for key, value in pairs}


def _datetime(text: str) -> datetime:
    stamp, zone, fold = _clock_parts(text)
    value = datetime.fromisoformat(stamp).replace(fold=fold)
    return value.replace(tzinfo=ZoneInfo(zone)) if zone else value


def _time(text: str) -> time:
    stamp, zone, fold = _clock_parts(text)
    value = time.fromisoformat(stamp).replace(fold=fold)
    return value.replace(tzinfo=ZoneInfo(zone)) if zone else value


def _clock_parts(text: str) -> tuple[str, str, int]:
    fold = text.endswith("~")
    stamp, _, zone = text.rstrip("~").partition("[")
    return stamp, zone.rstrip("]"), int(fold)


def _timedelta(text: str) -> timedelta:
    parts = _DURATION.fullmatch(text)
    if parts is None:
        raise ValueError(f"Expected a stored duration, but got {text!r}")
    sign, days, seconds, micros = parts.groups()
    value = timedelta(days=int(days), seconds=int(seconds), microseconds=int(micros or 0))
    return -value if sign else value


def _wide(text: str) -> object:
    value = read_temporal(text.removesuffix("~"))
    if isinstance(value, WideTime | WideDateTime) and text.endswith("~"):
        return replace(value, fold=1)
    return value


def _refuse(word: str) -> None:
    raise ValueError(f"Expected a finite number, but got {word}")


_READERS: dict[str, Callable[[str], object]] = {
    "@date": date.fromisoformat,
    "@datetime": _datetime,
    "@time": _time,
    "@duration": _timedelta,
    "@months": lambda text: YearsMonths(int(text)),
    "@wide": _wide,  # what Python's types do not hold, in FEEL's text
}
#: json.loads would make one for each text, which takes as long as reading a short one.
_DECODER = json.JSONDecoder(
    parse_int=Decimal, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_context
)

"""Tryton's JSON: plain JSON in which an object with `__class__` is a Decimal, a day, a moment, a duration or bytes.

Source: trytond 8.0 protocols/jsonrpc.py. What comes is hostile until it is decoded here: only these classes, finite amounts.
"""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

#: No amount, quantity or id of an ERP has more digits.
_LONGEST = 40


class Garbled(Exception):
    """What came is no answer of a Tryton server."""


def encoded(value: object) -> bytes:
    return json.dumps(value, default=_plain, separators=(",", ":"), allow_nan=False).encode()


def in_address(value: object) -> str:
    """As a query's `d` and the header X-Tryton-Context have it."""
    return base64.urlsafe_b64encode(encoded(value)).decode("ascii")


def decoded(body: bytes) -> Any:
    """Raises Garbled, and nothing else, for whatever is not its JSON."""
    try:
        return json.loads(
            body, object_hook=_typed, parse_constant=_refused, parse_int=_whole, parse_float=_fraction
        )
    except (ValueError, TypeError, KeyError, OverflowError, ArithmeticError, RecursionError) as error:
        raise Garbled("it is not the JSON of Tryton") from error


def _plain(value: object) -> dict[str, object]:
    match value:
        case Decimal():
            return {"__class__": "Decimal", "decimal": str(value)}
        case datetime():
            return {"__class__": "datetime", **_day(value), **_time(value)}
        case date():
            return {"__class__": "date", **_day(value)}
    raise TypeError(f"Tryton has no JSON for {type(value).__name__}")


def _day(value: date) -> dict[str, object]:
    return {"year": value.year, "month": value.month, "day": value.day}


def _time(value: datetime) -> dict[str, object]:
    return {name: getattr(value, name) for name in ("hour", "minute", "second", "microsecond")}


def _decimal(found: Mapping[str, Any]) -> Decimal:
    text = found["decimal"]
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise ValueError("no amount is so long")
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("no amount") from error
    if not value.is_finite() or abs(value.adjusted()) > _LONGEST:
        raise ValueError("no amount is so large")
    return value


def _moment(found: Mapping[str, Any]) -> datetime:
    """As the server has it: UTC without a zone."""
    return datetime(  # noqa: DTZ001  that is what Tryton sends
        found["year"],
        found["month"],
        found["day"],
        found["hour"],
        found["minute"],
        found["second"],
        found["microsecond"],
    )


_CLASSES: dict[str, Callable[[Mapping[str, Any]], object]] = {
    "Decimal": _decimal,
    "date": lambda found: date(found["year"], found["month"], found["day"]),
    "datetime": _moment,
    "timedelta": lambda found: timedelta(seconds=found["seconds"]),
    "bytes": lambda found: base64.b64decode(found["base64"]),
}


def _typed(found: dict[str, Any]) -> object:
    name = found.get("__class__")
    if name is None:
        return {field: _storable(value) for field, value in found.items()}
    return _CLASSES[name](found)


def _storable(value: Any) -> Any:
    """Text without what no database takes: PostgreSQL has no NUL, and half of a surrogate pair is no character."""
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if not isinstance(value, str) or value.isprintable():
        return value
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def _whole(text: str) -> int:
    if len(text) > _LONGEST:
        raise ValueError("no number is so long")
    return int(text)


def _fraction(text: str) -> float:
    value = float(text)
    if abs(value) > 1e15:
        raise ValueError("no quantity is so large")
    return value


def _refused(text: str) -> object:
    raise ValueError(f"{text} is no number")

"""What a process gives a call of an ERP, read strictly: BadInput names the input and what was expected."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cpm.connectors.erp.nouns import Line, PostalAddress

Inputs = Mapping[str, Any]
_MOST_LINES = 200
_LARGEST = Decimal(1_000_000_000)
_LONGEST = 200


class BadInput(Exception):
    """Its text is for the person who has to put it right."""


def lines(inputs: Inputs, *, needed: bool = True) -> tuple[Line, ...]:
    """The list `lines`; a discount on the whole order comes on top of a line's own."""
    given = inputs.get("lines")
    if given is None and not needed:
        return ()
    if not isinstance(given, list | tuple) or not 0 < len(given) <= _MOST_LINES:
        raise BadInput(f"Expected lines to be a list of 1 to {_MOST_LINES} lines, but {_shown(given)}.")
    off = percent(inputs, "discount_percent")
    return tuple(_line(line, f"lines[{pos}]", off) for pos, line in enumerate(given, 1))


def _line(given: Any, at: str, off: Decimal) -> Line:
    if not isinstance(given, Mapping):
        raise BadInput(f"Expected {at} to have sku and qty, but {_shown(given)}.")
    qty = number(given, "qty", at=at)
    if qty is None or qty <= 0:
        raise BadInput(f"Expected {at}.qty to be more than 0, but {_shown(given.get('qty'))}.")
    own = percent(given, "discount_percent", at=at)
    return Line(
        sku=text(given, "sku", at=at),
        qty=qty,
        wanted_on=day(given, "wanted_on", at=at),
        price=number(given, "price", at=at),
        discount_percent=100 - (100 - own) * (100 - off) / 100,
    )


def number(inputs: Inputs, name: str, *, at: str = "") -> Decimal | None:
    """Not negative; None if there is none."""
    given = inputs.get(name)
    if given is None:
        return None
    if isinstance(given, Decimal | int) and not isinstance(given, bool):
        found = Decimal(given)
        if found.is_finite() and 0 <= found <= _LARGEST:
            return found
    raise BadInput(f"Expected {_path(at, name)} to be a number that is not negative, but {_shown(given)}.")


def amount(inputs: Inputs, name: str) -> Decimal:
    """More than nothing, in whole cents."""
    given = number(inputs, name)
    if given is None or given <= 0 or given != given.quantize(Decimal("0.01")):
        raise BadInput(f"Expected {name} to be an amount of euros and cents, but {_shown(inputs.get(name))}.")
    return given


def percent(inputs: Inputs, name: str, *, at: str = "") -> Decimal:
    """0 if there is none."""
    given = number(inputs, name, at=at) or Decimal(0)
    if given > 100:
        raise BadInput(f"Expected {_path(at, name)} to be 0 to 100 percent, but {_shown(given)}.")
    return given


def days(inputs: Inputs, name: str) -> int | None:
    given = number(inputs, name)
    if given is None:
        return None
    if given != given.to_integral_value() or given > 3650:
        raise BadInput(f"Expected {name} to be a number of days, but {_shown(given)}.")
    return int(given)


def day(inputs: Inputs, name: str, *, at: str = "") -> dt.date | None:
    """A date, or one as text in ISO 8601; a moment is none."""
    given = inputs.get(name)
    if given is None or (isinstance(given, dt.date) and not isinstance(given, dt.datetime)):
        return given
    try:
        if isinstance(given, str) and len(given) == len("2026-12-01"):
            return dt.date.fromisoformat(given)
    except ValueError:
        pass
    raise BadInput(f"Expected {_path(at, name)} to be a date, but {_shown(given)}.")


def text(inputs: Inputs, name: str, *, at: str = "", needed: bool = True) -> str:
    """An empty one if there is none and none is needed."""
    given = inputs.get(name)
    if given is None and not needed:
        return ""
    if (
        isinstance(given, str)
        and given.isprintable()
        and len(given) <= _LONGEST
        and (given.strip() or not needed)
    ):
        return given.strip()
    raise BadInput(f"Expected {_path(at, name)} to be a short text, but {_shown(given)}.")


def address(inputs: Inputs, name: str) -> PostalAddress | None:
    """A context of street, postcode, city and country; None: the customer's main address."""
    given = inputs.get(name)
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise BadInput(f"Expected {name} to have street, postcode, city and country, but {_shown(given)}.")
    street = given.get("street")
    rows = street.splitlines() if isinstance(street, str) and street.strip() else [street]
    return PostalAddress(
        "\n".join(text({"street": row}, "street", at=name) for row in rows),
        *(text(given, part, at=name) for part in ("postcode", "city", "country")),
    )


def _path(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _shown(given: object) -> str:
    """What was given, as far as a sentence has room for it."""
    if given is None:
        return "there is none"
    shown = format(given, "f") if isinstance(given, Decimal) and given.is_finite() else str(given)
    return f"it is {shown[:60]!r}" if isinstance(given, str) else f"it is {shown[:60]}"

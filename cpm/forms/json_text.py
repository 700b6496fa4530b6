"""Reads JSON that strangers wrote: bounded in size and depth, numbers exact, no key twice, no NaN."""

import json
from decimal import Decimal
from typing import Never

from rules.xml import Finding, Refused

LARGEST = 1024 * 1024


def parse(data: bytes, file: str) -> object:
    """The document with decimals for fractions. Raises Refused with the line where it is known."""
    if len(data) > LARGEST:
        raise _refused(file, f"Expected at most {LARGEST} bytes of JSON, but there are {len(data)}.")
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_no_key_twice,
        )
    except json.JSONDecodeError as error:
        raise _refused(file, f"Expected JSON, but {error.msg}.", error.lineno) from error
    except UnicodeDecodeError as error:
        raise _refused(file, f"Expected UTF-8, but byte {error.start} is not.") from error
    except RecursionError as error:
        raise _refused(file, "Expected JSON that a person could read, but it is nested too deep.") from error
    except ValueError as error:
        raise _refused(file, f"Expected JSON, but {error}.") from error


def _refused(file: str, reason: str, line: int | None = None) -> Refused:
    return Refused([Finding(file, line, None, reason)])


def _no_constant(name: str) -> Never:
    raise ValueError(f"{name} is no number")


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"one of the keys {sorted(found)[:10]} is there twice")
    return found

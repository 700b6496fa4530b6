"""Reads JSON that strangers wrote: bounded in size and depth, numbers exact, no key twice, no NaN."""

import json
from decimal import Decimal
from typing import Never

from rules.xml import Finding, Refused

LARGEST = 1024 * 1024


class _Wrong(ValueError):
    def __init__(self, reason: str, de: str) -> None:
        super().__init__(reason)
        self.de = de


def parse(data: bytes, file: str) -> object:
    """The document with decimals for fractions. Raises Refused with the line where it is known."""
    if len(data) > LARGEST:
        raise _refused(
            file,
            f"Expected at most {LARGEST} bytes of JSON, but there are {len(data)}.",
            f"Die Datei ist zu groß: {len(data)} Bytes JSON, höchstens sind es {LARGEST}.",
        )
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_no_key_twice,
        )
    except json.JSONDecodeError as error:
        raise _refused(
            file,
            f"Expected JSON, but {error.msg}.",
            f"Das ist kein JSON (Zeichen {error.colno}).",
            error.lineno,
        ) from error
    except UnicodeDecodeError as error:
        raise _refused(
            file,
            f"Expected UTF-8, but byte {error.start} is not.",
            f"Das ist kein UTF-8: Byte {error.start}.",
        ) from error
    except RecursionError as error:
        raise _refused(
            file,
            "Expected JSON that a person could read, but it is nested too deep.",
            "Die Datei ist zu tief verschachtelt.",
        ) from error
    except ValueError as error:
        raise _refused(
            file,
            f"Expected JSON, but {error}.",
            error.de if isinstance(error, _Wrong) else "Das ist kein JSON: Eine Zahl ist zu lang.",
        ) from error


def _refused(file: str, reason: str, german: str, line: int | None = None) -> Refused:
    return Refused([Finding(file, line, None, reason, german)])


def _no_constant(name: str) -> Never:
    raise _Wrong(f"{name} is no number", f"{name} ist keine Zahl.")


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = sorted(found)[:10]
        raise _Wrong(
            f"one of the keys {keys} is there twice", f"Einer der Schlüssel {keys} steht zweimal da."
        )
    return found

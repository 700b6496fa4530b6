"""Reads JSON that programs send: exact numbers, no key twice, no NaN, and nothing that is deeper or longer than sense.

RFC 8259 leaves all of that open; what is refused here is refused by name, before any schema looks at it.
"""

import json
from collections import Counter
from decimal import Decimal
from typing import Never

DEEPEST = 40  #: levels of lists and objects
LONGEST_NUMBER = 60  #: characters
_LARGEST = 400  #: digits before or after the point
_LONGEST_PATH = 200  #: characters; it is written once for each value below it


class Unreadable(ValueError):
    """`field` says where, as far as that is known."""

    def __init__(self, reason: str, field: str = "body") -> None:
        super().__init__(reason)
        self.field = field


def loads(data: bytes) -> object:
    """Whole numbers become int, others Decimal; Unreadable says what is wrong."""
    try:
        found = json.loads(
            data.decode(),
            parse_int=_whole,
            parse_float=_exact,
            parse_constant=_no_number,
            object_pairs_hook=_no_key_twice,
        )
    except json.JSONDecodeError as error:
        raise Unreadable(f"is no JSON: {error.msg}, line {error.lineno}, column {error.colno}") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"is no UTF-8: byte {error.start}") from error
    except RecursionError as error:
        raise Unreadable(f"is deeper than {DEEPEST} levels") from error
    _look_through(found, "", 0)
    return found


def _whole(text: str) -> int:
    return int(_short(text))


def _exact(text: str) -> Decimal:
    number = Decimal(_short(text))
    if abs(number.adjusted()) > _LARGEST:  # of a zero, too: written out it would be as long
        raise Unreadable(f"holds a number beyond 10^{_LARGEST}: {text}")
    return number


def _short(text: str) -> str:
    if len(text) > LONGEST_NUMBER:
        raise Unreadable(f"holds a number of more than {LONGEST_NUMBER} characters")
    return text


def _no_number(word: str) -> Never:
    raise Unreadable(f"holds {word}, which is no number")


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise Unreadable("is there twice", twice[:80])
    return found


def _look_through(value: object, path: str, depth: int) -> None:
    """Depth, and signs that no text has: PostgreSQL keeps no NUL, UTF-8 no half of a pair."""
    path = path[:_LONGEST_PATH]
    if depth > DEEPEST:
        raise Unreadable(f"is deeper than {DEEPEST} levels", path)
    match value:
        case str():
            _must_be_text(value, path)
        case dict():
            for name, inner in value.items():
                _must_be_text(name, path)
                _look_through(inner, f"{path}.{name}" if path else name, depth + 1)
        case list():
            for place, inner in enumerate(value):
                _look_through(inner, f"{path}.{place}" if path else str(place), depth + 1)


def _must_be_text(text: str, path: str) -> None:
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise Unreadable("holds signs that no text has", path or "body")

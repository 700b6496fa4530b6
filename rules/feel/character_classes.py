"""Subtraction of character classes, which XPath has and RE2 has not: `[a-z-[aeiou]]` becomes its ranges."""

import re

from rules.feel.errors import Unfit

_SUBTRACTION = re.compile(r"\[(\^?)([^\[\]\\]+)-\[([^\[\]\\^]+)\]\]")
_SPAN = re.compile(r"(.)-(.)|(.)", re.DOTALL)

_Spans = list[tuple[int, int]]


def without_subtraction(pattern: str) -> str:
    """The same pattern; a class with escapes in it stays as it is, and nobody takes it."""
    return _SUBTRACTION.sub(_difference, pattern)


def _difference(found: re.Match[str]) -> str:
    if found[1]:  # what is neither in the one nor in the other
        return f"[^{_class(_spans(found[2]) + _spans(found[3]))}]"
    left = _spans(found[2])
    for low, high in _spans(found[3]):
        left = [part for span in left for part in _cut(span, low, high)]
    if not left:
        raise Unfit
    return f"[{_class(left)}]"


def _spans(members: str) -> _Spans:
    return [(ord(each[1] or each[3]), ord(each[2] or each[3])) for each in _SPAN.finditer(members)]


def _cut(span: tuple[int, int], low: int, high: int) -> _Spans:
    """What is left of a span below `low` and above `high`."""
    start, end = span
    return [(a, b) for a, b in ((start, min(end, low - 1)), (max(start, high + 1), end)) if a <= b]


def _class(spans: _Spans) -> str:
    return "".join(f"{_member(start)}-{_member(end)}" for start, end in spans)


def _member(code: int) -> str:
    character = chr(code)
    return f"\\{character}" if character in "\\[]^-" else character

r"""The one door through which `cpm` prints: nothing that a stranger wrote moves a cursor or turns a line round.

Mails, file names, form keys and BPMN ids come from elsewhere. Characters that act instead of being seen, and
those that no encoding takes, are shown as \uXXXX; new lines and tabs stay.
"""

import unicodedata
from collections.abc import Callable

import click

#: Controls (ESC, C1), formats (bidi, zero width), surrogates, and the separators some terminals break lines at.
_ACTING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LARGEST_OF_FOUR_DIGITS = 0xFFFF


def echo(text: str, *, err: bool = False) -> None:
    click.echo(harmless(text), err=err)


def echo_json(text: str) -> None:
    click.echo(harmless_json(text))


def harmless(text: str) -> str:
    r"""The same text a second time: what is shown as \uXXXX is harmless."""
    return _each(text.replace("\r\n", "\n"), _written)


def harmless_json(text: str) -> str:
    """JSON text that means the same; umlauts stay readable."""
    return _each(text, _pair)


def _each(text: str, written: Callable[[int], str]) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(written(ord(sign)) if _acts(sign) else sign for sign in text)


def _acts(sign: str) -> bool:
    return sign not in "\n\t" and unicodedata.category(sign) in _ACTING


def _written(code: int) -> str:
    return f"\\u{code:04x}" if code <= _LARGEST_OF_FOUR_DIGITS else f"\\U{code:08x}"


def _pair(code: int) -> str:
    """RFC 8259 7: what needs more than four digits is written as a pair of surrogates."""
    if code <= _LARGEST_OF_FOUR_DIGITS:
        return f"\\u{code:04x}"
    beyond = code - 0x10000
    return f"\\u{0xD800 + (beyond >> 10):04x}\\u{0xDC00 + (beyond & 0x3FF):04x}"

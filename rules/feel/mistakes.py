"""What an expression that can be read will get wrong nevertheless: names and functions that nobody knows.

FEEL gives null for them, which a designer wants to learn before, with the place in the text and what was meant.
"""

from collections.abc import Collection
from difflib import get_close_matches

from rules.feel.compiler.core import CallSite, Text
from rules.feel.errors import FeelError
from rules.feel.functions import FUNCTIONS, SIGNATURES
from rules.feel.functions.registry import Signature
from rules.feel.scanner import error_at


def mistakes(text: str, about: Text, known: Collection[str] | None) -> list[FeelError]:
    """In their order in the text; `known` are all names that the expression may read from outside.

    None means that any name may be a variable, but that no variable is a function.
    """
    found = [] if known is None else _unknown_names(text, about, known)
    found += [error for call in about.calls if (error := _misfit(text, call, known or ()))]
    return sorted(found, key=lambda error: (error.line, error.column))


def _unknown_names(text: str, about: Text, known: Collection[str]) -> list[FeelError]:
    callees = {call.name for call in about.calls}
    unknown = sorted(name for name in about.certain - callees if name not in known)
    return [_unknown(text, about.places[name], name, known, "a known name") for name in unknown]


def _misfit(text: str, call: CallSite, known: Collection[str]) -> FeelError | None:
    if call.name in known:
        return None
    if call.name not in FUNCTIONS:
        return _unknown(text, call.at, call.name, {*known, *FUNCTIONS}, "a function")
    ways = SIGNATURES[call.name]
    if any(_takes(way, call.arguments) for way in ways):
        return None
    expected = " or ".join(dict.fromkeys(f"{call.name}{way}" for way in ways))
    return error_at(text, call.at, expected, _given(call.arguments))


def _takes(way: Signature, arguments: int | frozenset[str]) -> bool:
    return way.takes(arguments) if isinstance(arguments, int) else way.takes_names(arguments)


def _given(arguments: int | frozenset[str]) -> str:
    if isinstance(arguments, int):
        return "one argument" if arguments == 1 else f"{arguments or 'no'} arguments"
    return f"arguments named {', '.join(sorted(arguments))}"


def _unknown(text: str, at: int, name: str, known: Collection[str], what: str) -> FeelError:
    near = get_close_matches(name, known, n=1)
    meant = f"; “{near[0]}” is known" if near else ""
    return error_at(text, at, what, f"“{name}”{meant}")

"""What comes from people and programs: text and values that every part of us can keep and show."""

from collections.abc import Mapping
from typing import Any

from cpm.errors import Invalid
from rules.feel import to_feel

LONGEST = 10_000  #: characters
_LONGEST_NAME = 200  #: of a variable; no index of PostgreSQL holds much longer keys
_EMPTY = "Bitte etwas eingeben."


def plain_text(name: str, text: str, *, required: bool = True, longest: int = LONGEST) -> str:
    """The text without blanks around it; Invalid names the field."""
    if required and not text.strip():
        raise _unfit(name, f"Expected a {name} that says something, but it is empty", "is empty", _EMPTY)
    if len(text) > longest:
        what = f"Expected a {name} of at most {longest} characters, but it is longer"
        raise _unfit(name, what, "is too long", f"Das ist zu lang: höchstens {longest} Zeichen.")
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        what = f"Expected a {name} of readable characters, but it holds others"
        raise _unfit(name, what, "is not text", "Das enthält Zeichen, die kein Text sind.")
    return text.strip()


def _unfit(name: str, message: str, problem: str, german: str) -> Invalid:
    return Invalid(message, [(name, problem)], problems_de=[(name, german)])


def values(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as values that variables may have; Invalid names each that is none."""
    clean, problems = {}, []
    for name, value in data.items():
        if not name.strip() or len(name) > _LONGEST_NAME:
            problems.append((name[:80], "is no name of a variable"))
            continue
        try:
            clean[name] = to_feel(value)
        except (TypeError, ValueError) as error:
            problems.append((name, str(error)))
    if problems:
        raise Invalid(
            f"Expected values that can be kept, but {problems[0][0]} is none",
            problems,
            problems_de=[(name, "Das lässt sich so nicht speichern.") for name, _ in problems],
        )
    return clean

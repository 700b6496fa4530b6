"""What comes from people and programs: text and values that every part of us can keep and show."""

from collections.abc import Mapping
from typing import Any

from cpm.errors import Invalid
from rules.feel import to_feel

LONGEST = 10_000  #: characters


def plain_text(name: str, text: str, *, required: bool = True) -> str:
    """The text without blanks around it; Invalid names the field."""
    if required and not text.strip():
        raise Invalid(f"Expected a {name} that says something, but it is empty", [(name, "is empty")])
    if len(text) > LONGEST:
        raise Invalid(
            f"Expected a {name} of at most {LONGEST} characters, but it is longer", [(name, "is too long")]
        )
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise Invalid(
            f"Expected a {name} of readable characters, but it holds others", [(name, "is not text")]
        )
    return text.strip()


def values(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as values that variables may have; Invalid names each that is none."""
    clean, problems = {}, []
    for name, value in data.items():
        try:
            clean[name] = to_feel(value)
        except (TypeError, ValueError) as error:
            problems.append((name, str(error)))
    if problems:
        raise Invalid(f"Expected values that can be kept, but {problems[0][0]} is none", problems)
    return clean

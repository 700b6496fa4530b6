"""What comes from people and programs: text and values that every part of us can keep and show."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, overload

from cpm.errors import Invalid
from rules.feel import to_feel

LONGEST = 10_000  #: characters
_LONGEST_NAME = 200  #: of a variable; no index of PostgreSQL holds much longer keys
#: What fields are whose name is no English noun with an article.
_CALLED = {
    "ask": "a question",
    "cc": "a list of further recipients",
    "city": "a town",
    "customer_no": "a customer number",
    "email": "an e-mail address",
    "extensions": "an extension",
    "name_de": "a German name",
    "name_en": "an English name",
    "options": "an option",
    "phone": "a telephone number",
    "to": "a recipient",
    "unique_id": "a unique id",
    "user": "a user",
    "vat_id": "a VAT number",
    "what": "a text on what is to be done",
    "why": "a reason",
}
_EMPTY = "Bitte etwas eingeben."

_One = TypeVar("_One")
_Other = TypeVar("_Other")


def plain_text(name: str, text: str, *, required: bool = True, longest: int = LONGEST) -> str:
    """The text without blanks around it; Invalid names the field."""
    if required and not text.strip():
        raise _unfit(
            name,
            f"Expected {_called(name)} that says something, but it is empty",
            "Please enter something.",
            _EMPTY,
        )
    if len(text) > longest:
        what = f"Expected {_called(name)} of at most {longest} characters, but it is longer"
        english = f"That is too long: at most {longest} characters."
        raise _unfit(name, what, english, f"Das ist zu lang: höchstens {longest} Zeichen.")
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        what = f"Expected {_called(name)} of readable characters, but it holds others"
        english = "That holds characters that are no text."
        raise _unfit(name, what, english, "Das enthält Zeichen, die kein Text sind.")
    return text.strip()


def optional(name: str, text: str | None, longest: int) -> str | None:
    """As `plain_text`, for what may be left out."""
    return plain_text(name, text, required=False, longest=longest) or None if text else None


def _called(name: str) -> str:
    """What goes by this name, in a sentence."""
    article = "an" if name.startswith(tuple("aeiou")) else "a"
    return _CALLED.get(name) or f"{article} {name.replace('_', ' ')}"


def _unfit(name: str, message: str, problem: str, german: str) -> Invalid:
    return Invalid(message, [(name, problem)], problems_de=[(name, german)])


def one_of(name: str, value: str, choices: Sequence[str]) -> str:
    """Invalid names the field if it is none of them."""
    if not value:
        raise _unfit(
            name,
            f"Expected {name} to be one of {', '.join(choices)}, but nothing is chosen",
            "Please choose something.",
            "Bitte etwas auswählen.",
        )
    if value not in choices:
        raise Invalid(
            f"Expected {name} to be one of {', '.join(choices)}, but it is {value!r:.40}",
            [(name, f"must be one of {', '.join(choices)}")],
            problems_de=[(name, "Bitte eine der Möglichkeiten wählen.")],
        )
    return value


@overload
def together(one: Callable[[], _One], other: Callable[[], _Other], /) -> tuple[_One, _Other]: ...
@overload
def together(*each: Callable[[], object]) -> tuple[object, ...]: ...
def together(*each: Callable[[], object]) -> tuple[object, ...]:
    """What they give; Invalid with what all of them find, so that nobody is told of their faults one by one."""
    found: list[Invalid] = []
    given: list[object] = []
    for check in each:
        try:
            given.append(check())
        except Invalid as refused:
            found.append(refused)
    if len(found) == 1:
        raise found[0]
    if found:
        raise Invalid(
            "; ".join(str(one) for one in found),
            [fault for one in found for fault in one.faults("en")],
            problems_de=[fault for one in found for fault in one.faults("de")],
        )
    return tuple(given)


def under(name: str, check: Callable[[], _One]) -> _One:
    """What it gives; Invalid names this field, whatever the one that was refused is called elsewhere."""
    try:
        return check()
    except Invalid as refused:
        raise Invalid(
            str(refused),
            [(name, words) for _, words in refused.faults("en")],
            de=refused.de,
            problems_de=[(name, words) for _, words in refused.faults("de")],
        ) from refused


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

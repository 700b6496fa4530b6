"""One JSON object of a form file, which hands out its members checked and remembers who was asked for.

Wrong members become findings, and reading goes on: a designer sees all that is wrong at once.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from cpm.forms.take.texts import first_unseen
from cpm.forms.words import Words
from rules.feel import Expression, FeelError, compile_expression
from rules.xml import Finding

LONGEST_TEXT = 10_000
_DIGITS = 15

_T = TypeVar("_T")

_TEXT, _FLAG = Words("ein Text", "a text"), Words("true oder false", "true or false")
_LIST, _OBJECT = Words("eine Liste", "a list"), Words("ein Objekt", "an object")
_NUMBER, _ANOTHER = Words("eine Zahl", "a number"), Words("eine andere Zahl", "another number")
_KINDS: dict[type, Words] = {bool: _FLAG, str: _TEXT, list: _LIST, dict: _OBJECT}


class Findings:
    """What speaks against the file so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.all: list[Finding] = []

    def add(self, element: str | None, reason: str, german: str) -> None:
        self.all.append(Finding(self.file, None, element, reason, german))


class Source:
    def __init__(
        self, members: dict[str, object], findings: Findings, element: str | None, path: str = ""
    ) -> None:
        self.members = members
        self.findings = findings
        self.element = element
        self.path = path
        self._asked: set[str] = set()

    def complain(self, key: str, expected: str, fact: str, german: str) -> None:
        """`german` is a clause of its own, which says what is expected at the key."""
        at = f"{self.path}{key}"
        self.findings.add(self.element, f"Expected {at} to be {expected}, but {fact}.", f"{at}: {german}.")

    def ignore(self, *keys: str) -> None:
        """Members that only matter to an editor or to the look."""
        self._asked.update(keys)

    def text(self, key: str) -> str | None:
        found = self._get(key, _TEXT, lambda value: value if isinstance(value, str) else None)
        if found is not None and (len(found) > LONGEST_TEXT or first_unseen(found)):
            self.complain(
                key,
                f"a printable text of at most {LONGEST_TEXT} characters",
                "it is not",
                f"ein Text hat hier höchstens {LONGEST_TEXT} Zeichen, alle sichtbar",
            )
            return None
        return found

    def sentence(self, key: str, german: str | None = None) -> Words | None:
        """The words under `key.de` and `key.en`; either stands in for the other, `german` for the first."""
        german = self.text(f"{key}.de") or german
        english = self.text(f"{key}.en")
        found = german or english
        return Words(german or found, english or found) if found else None

    def flag(self, key: str) -> bool:
        return self._get(key, _FLAG, lambda value: value if isinstance(value, bool) else None) or False

    def whole(self, key: str, most: int) -> int | None:
        """A whole number from 0 to `most`."""
        found = self.number(key)
        if found is not None and (found != int(found) or not 0 <= found <= most):
            self.complain(key, f"a whole number from 0 to {most}", "it is not", whole_german(most))
            return None
        return None if found is None else int(found)

    def number(self, key: str) -> Decimal | None:
        return self._get(key, _NUMBER, _number)

    def feel(self, key: str, *, marked: bool = True) -> Expression | None:
        """An expression, which in form-js must begin with "="; our own properties may leave it out."""
        text = self.text(key)
        if text is None or not text.strip():
            return None
        if text.startswith("="):
            text = text[1:]
        elif marked:
            self.complain(
                key,
                'a FEEL expression after "="',
                "the sign is missing",
                "ein FEEL-Ausdruck beginnt mit „=“, das fehlt",
            )
            return None
        try:
            expression = compile_expression(text)
            for mistake in expression.mistakes(None):
                self._no_feel(key, mistake)
            return expression  # noqa: TRY300 both belong to what is read
        except FeelError as error:
            self._no_feel(key, error)
            return None

    def _no_feel(self, key: str, mistake: FeelError) -> None:
        english, german = (words.rstrip(".") for words in (str(mistake), mistake.german))
        self.complain(key, "FEEL", f"it is not. {english}", f"das ist kein FEEL. {german}")

    def number_or_feel(self, key: str) -> Decimal | Expression | None:
        return self.feel(key) if self._is_feel(key) else self.number(key)

    def flag_or_feel(self, key: str) -> bool | Expression:
        return (self.feel(key) or False) if self._is_feel(key) else self.flag(key)

    def part(self, key: str) -> "Source":
        """The object under that key; an empty one if there is none."""
        found = self._get(key, _OBJECT, lambda value: value if isinstance(value, dict) else None)
        return Source(found or {}, self.findings, self.element, f"{self.path}{key}.")

    def parts(self, key: str) -> list["Source"]:
        found = self._get(key, _LIST, lambda value: value if isinstance(value, list) else None) or []
        if not all(isinstance(item, dict) for item in found):
            self.complain(
                key,
                "a list of objects",
                "it holds something else",
                "in der Liste stehen nur Objekte, hier steht anderes",
            )
        return [
            Source(item, self.findings, self.element, f"{self.path}{key}[{number}].")
            for number, item in enumerate(found)
            if isinstance(item, dict)
        ]

    def finish(self) -> None:
        """Complain about every member that nobody asked for: what we do not honour we do not accept."""
        for key in (key for key in self.members if key not in self._asked):
            shown = f"{self.path}{key}"[:80].encode("ascii", "backslashreplace").decode()
            self.findings.add(
                self.element,
                f"Expected members that forms here support, but {shown} is not one.",
                f"{shown}: das kennen Formulare hier nicht.",
            )

    def raw(self, key: str) -> object:
        self._asked.add(key)
        return self.members.get(key)

    def _is_feel(self, key: str) -> bool:
        value = self.members.get(key)
        return isinstance(value, str) and value.startswith("=")

    def _get(self, key: str, expected: Words, convert: Callable[[object], _T | None]) -> _T | None:
        raw = self.raw(key)
        if raw is None:
            return None
        value = convert(raw)
        if value is None:
            found = _KINDS.get(type(raw), _ANOTHER)
            self.complain(
                key, expected.en, f"it is {found.en}", f"erwartet ist {expected.de}, da steht {found.de}"
            )
        return value


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    return number if number == 0 or abs(number.adjusted()) <= _DIGITS else None


def whole_german(most: int) -> str:
    return f"erwartet ist eine ganze Zahl von 0 bis {most}"

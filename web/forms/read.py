"""What a browser posted, as values for `Form.validate`: texts stay as they were typed, and nothing is judged here."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from cpm.forms import Field

#: The hidden inputs that name the fields which were on the page; one of them is empty, so that there is always one.
ASKED = "_asked"

#: Is there once problems have been told.
JUDGED = "_judged"

#: What a browser means by sending nothing.
_NOTHING: dict[str, Callable[[], object]] = {
    "checkbox": lambda: False,
    "checklist": list[str],
    "radio": lambda: None,
}


class Posted(Protocol):
    """What is needed of werkzeug's MultiDict."""

    def __iter__(self) -> Iterator[str]: ...
    def getlist(self, key: str) -> list[str]: ...


def asked(data: Posted) -> frozenset[str] | None:
    """The fields that were before the person who answered; null if the post does not come from our page."""
    keys = data.getlist(ASKED)
    return frozenset(keys) - {""} if keys else None


def judged(data: Posted) -> bool:
    """Whether the page tells problems already: drawn again while somebody types, it goes on doing so."""
    return bool(data.getlist(JUDGED))


def posted(fields: Iterable[Field], data: Posted) -> dict[str, object]:
    """A text, a list (of a checklist, or of what was sent several times), a false or a null for each field
    that was asked. An unknown name is passed on, so that validation refuses it, unless it is the page's own.
    """
    before = asked(data)
    known = {field.key: field for field in fields}
    sent = set(data)
    values: dict[str, object] = {}
    for key, field in known.items():
        if key in sent:
            values[key] = _given(field, data.getlist(key))
        elif field.kind in _NOTHING if before is None else key in before:
            values[key] = _NOTHING[field.kind]() if field.kind in _NOTHING else None
    unknown = (key for key in sent - known.keys() if not key.startswith("_") and key != "csrf_token")
    return values | {key: data.getlist(key)[0] for key in sorted(unknown)}


def _given(field: Field, texts: list[str]) -> object:
    if field.kind == "checklist":
        return texts
    return (texts[0] or None) if len(texts) == 1 else texts

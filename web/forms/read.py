"""What a browser posted, as values for `Form.validate`: texts stay as they were typed, and nothing is judged here.

But for what somebody else would read otherwise, as a draft is read later and in either language: days such as *yesterday*,
and 1.234, which is a thousand and more in German.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Protocol

from cpm.forms import Field
from cpm.forms.take.numbers import same_everywhere
from cpm.queries import said_times
from web.forms import rows, ticks

#: The hidden inputs that name the fields which were on the page; one of them is empty, so that there is always one.
ASKED = "_asked"

#: Is there once problems have been told.
JUDGED = "_judged"

#: What is written out, by the reader's clock and in the language of the page.
_WRITTEN_OUT: dict[str, Callable[[Field, str, datetime, str], str]] = {
    "date": lambda _field, text, now, language: said_times.day_written_out(text, now, language),
    "datetime": lambda _field, text, now, language: said_times.written_out(text, now, language),
    "time": lambda _field, text, _now, _language: said_times.time_written_out(text),
    "number": lambda field, text, _now, language: same_everywhere(text, language, field.unit),
}

#: What a browser means by sending nothing.
_NOTHING: dict[str, Callable[[], object]] = {
    "checkbox": lambda: False,
    "checklist": list[str],
    "taglist": list[str],
    "filepicker": list[str],
    "radio": lambda: None,
}


class Posted(Protocol):
    """What is needed of werkzeug's MultiDict."""

    def __iter__(self) -> Iterator[str]: ...
    def getlist(self, key: str) -> list[str]: ...


def asked(data: Posted) -> frozenset[str] | None:
    """The fields that were before the person who answered, as problems call them; null if the post does not come
    from our page.
    """
    names = data.getlist(ASKED)
    return frozenset(rows.paths(names, data)) - {""} if names else None


def judged(data: Posted) -> bool:
    """Whether the page tells problems already: drawn again while somebody types, it goes on doing so."""
    return bool(data.getlist(JUDGED))


def posted(fields: Iterable[Field], data: Posted, now: datetime, language: str) -> dict[str, object]:
    """A text, a list (of a checklist, or of what was sent several times), a list of rows, a false or a null for each
    field that was asked. An unknown name is passed on, so that validation refuses it, unless it is the page's own.

    `now` is local: what is *today* in a field of a day, or *tomorrow at 9* in one of a moment. `language` is that of the
    page that was posted.
    """
    reader = _Reader(data, now, language)
    values: dict[str, object] = {}
    for field in fields:
        reader.known.add(field.key)
        if field.rows is None:
            values.update(reader.read(field, ""))
        elif rows.names(field, data) or rows.moves(data) or reader.was_asked(field.key):
            values[field.key] = rows.rows(field, data, reader.read)
    unknown = reader.sent - reader.known
    theirs = (key for key in sorted(unknown) if not key.startswith("_") and key != "csrf_token")
    return values | {key: data.getlist(key)[0] for key in theirs}


class _Reader:
    def __init__(self, data: Posted, now: datetime, language: str) -> None:
        self.data, self.now, self.language = data, now, language
        self.sent = set(data)
        names = data.getlist(ASKED)
        self.before = frozenset(names) if names else None
        #: Names that belong to fields.
        self.known: set[str] = set()

    def was_asked(self, name: str) -> bool:
        return self.before is not None and name in self.before

    def read(self, field: Field, at: str) -> Iterator[tuple[str, object]]:
        """What was posted for the field, if anything; `at` stands before the names of its row."""
        name = f"{at}{field.key}"
        self.known.add(name)
        asked = name in self.sent or self.was_asked(name)
        if field.kind in ticks.KINDS and (asked or self.before is None):
            yield field.key, ticks.ticked(name, self.data.getlist(name), self.data)
        elif name in self.sent:
            yield field.key, self._given(field, self.data.getlist(name))
        elif self.was_asked(name) if self.before is not None else field.kind in _NOTHING:
            yield field.key, _NOTHING[field.kind]() if field.kind in _NOTHING else None

    def _given(self, field: Field, texts: list[str]) -> object:
        if field.kind == "checklist":
            return texts
        if field.lookup is not None:
            return next(
                (text for text in reversed(texts) if text), None
            )  # what was chosen stands below the box
        if len(texts) != 1:
            return texts
        written_out = _WRITTEN_OUT.get(field.kind)
        return (written_out(field, texts[0], self.now, self.language) if written_out else texts[0]) or None

"""From what `Form.present` says, what was typed and what is wrong with it to the parts that the macros draw."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask

from cpm.forms.field import LONGEST
from cpm.forms.messages import Misfit
from cpm.forms.take.choices import take_tick
from cpm.forms.take.texts import visible
from web.forms.part import SHORT, TALL, Choice, Part
from web.forms.remark import plain, remark
from web.forms.words import word

#: Every id of a form's field begins so, unless the page says otherwise.
PREFIX = "f-"

#: A text that is longer gets a tall box.
_LONG = 400

_Presented = Iterable[Mapping[str, Any]]
_Problems = Iterable[tuple[str, str]]


def register(app: Flask) -> None:
    """Make known to the app's templates what the macros of forms need."""
    app.jinja_env.filters.update(form_parts=parts, form_links=links, form_word=word)


def parts(
    fields: _Presented,
    problems: _Problems = (),
    typed: Mapping[str, object] | None = None,
    language: str = "de",
    *,
    prefix: str = PREFIX,
    heading: int = 3,
) -> list[Part]:
    drawer = _Drawer(tuple(problems), typed or {}, language, prefix, heading)
    return [drawer.part(field) for field in fields]


def links(
    problems: _Problems, fields: _Presented | None, prefix: str = PREFIX
) -> list[tuple[str | None, str]]:
    """For the summary: the id to jump to, if the field is on the page (without fields: it always is), and the sentence."""
    keys = None if fields is None else set(_keys(fields))
    return [
        (f"{prefix}{key}" if keys is None or key in keys else None, sentence) for key, sentence in problems
    ]


def _keys(fields: _Presented) -> Iterator[str]:
    for field in fields:
        if "components" in field:
            yield from _keys(field["components"])
        elif "required" in field:
            yield field["key"]


@dataclass(frozen=True, slots=True)
class _Drawer:
    problems: Sequence[tuple[str, str]]
    typed: Mapping[str, object]
    language: str
    prefix: str
    heading: int

    def part(self, given: Mapping[str, Any]) -> Part:
        place = f"span-{given.get('columns', 16)}{' first' if given.get('first', True) else ''}"
        part = Part(given["kind"], given["key"], given["label"], place)
        if "components" in given:
            return replace(part, parts=tuple(self.part(each) for each in given["components"]))
        if "required" in given:
            return self._field(part, given)
        words = plain(part.label)
        if "text" in given:
            words = remark(given["text"], given["filled"], self.heading)
        return replace(part, words=words)

    def _field(self, part: Part, given: Mapping[str, Any]) -> Part:
        text = self._text(given)
        return replace(
            part,
            id=f"{self.prefix}{part.key}",
            text=text,
            ticked=self._ticked(given),
            choices=tuple(self._choices(given)),
            required=given["required"],
            readonly=given["readonly"],
            unit=given["unit"],
            hints=tuple(self._hints(given)),
            errors=tuple(sentence for key, sentence in self.problems if key == part.key),
            mode={"email": "email", "phone": "tel"}.get(given.get("form") or ""),
            autocomplete=given.get("autocomplete") or "off",
            rows=TALL if len(text) > _LONG else SHORT,
        )

    def _text(self, given: Mapping[str, Any]) -> str:
        """What was typed, to the letter; characters that nobody sees get a mark."""
        if given["readonly"]:
            return given["shown"] or word("empty", self.language)
        match self.typed.get(given["key"], given["shown"]):
            case None | []:
                return ""
            case str(text) | [str(text), *_]:
                return visible(text.replace("\r\n", "\n").replace("\r", "\n"))
            case _:
                return str(given["shown"])

    def _ticked(self, given: Mapping[str, Any]) -> bool:
        try:
            return given["kind"] == "checkbox" and take_tick(self.typed.get(given["key"], given["value"]))
        except Misfit:
            return False

    def _choices(self, given: Mapping[str, Any]) -> Iterator[Choice]:
        chosen = self.typed.get(given["key"], given["value"])
        chosen = chosen if isinstance(chosen, list) else [chosen]
        for number, (value, label) in enumerate(given["options"], 1):
            # The summary's link jumps to the first.
            own = f"{self.prefix}{given['key']}" + (f"-{number}" if number > 1 else "")
            yield Choice(own, value, label, value in chosen)

    def _hints(self, given: Mapping[str, Any]) -> Iterator[str]:
        if given["readonly"]:
            return
        if given["help"]:
            yield given["help"]
        if given["kind"] in {"date", "time", "datetime"}:
            yield word(given["kind"], self.language)
        if given["kind"] == "textarea" and given["max_length"] < LONGEST:
            yield word("most", self.language, count=given["max_length"])

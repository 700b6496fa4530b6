"""From what `Form.present` says, what was typed and what is wrong with it to the parts that the macros draw."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask

from cpm.forms.field import LONGEST
from cpm.forms.files import kinds
from cpm.forms.lookups import BESIDE
from cpm.forms.messages import IN_ROW, Misfit, say
from cpm.forms.rows import ROW
from cpm.forms.take.choices import take_tick
from cpm.forms.take.texts import visible
from web.forms import ticks
from web.forms.fixed import fixed
from web.forms.needs import is_live, takes_files
from web.forms.part import SHORT, TALL, Choice, Part, RowPart
from web.forms.pasting import unplaced
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
    known = app.jinja_env.filters
    known.update(form_parts=parts, form_links=links, form_word=word)
    known.update(form_figure=figure, form_live=is_live, form_files=takes_files, form_fixed=fixed)


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


def figure(fields: _Presented, language: str = "de") -> Part | None:
    """The computed field that is told beside the buttons, too, if the form has one that shows."""
    for field in fields:
        if field.get("figure"):
            return parts([field], language=language)[0]
        if (found := figure(field.get("components", ()), language)) is not None:
            return found
    return None


def links(
    problems: _Problems, fields: _Presented | None, prefix: str = PREFIX
) -> list[tuple[str | None, str]]:
    """For the summary: the id to jump to, if the field is on the page (without fields: it always is), and the sentence."""
    if fields is None:
        return [(f"{prefix}{key}", sentence) for key, sentence in problems]
    ids = dict(_ids(fields, prefix, ""))
    return [(ids.get(key), sentence) for key, sentence in problems]


def _ids(fields: _Presented, prefix: str, path: str) -> Iterator[tuple[str, str]]:
    """What problems call each field and row, and its id on the page."""
    for field in fields:
        own, at = f"{prefix}{field['key']}", f"{path}{field['key']}"
        if "components" in field:
            yield from _ids(field["components"], prefix, path)
        elif "rows" in field:
            yield at, own
            for row in there(field):
                yield f"{at}[{row['number'] - 1}]", f"{own}-{row['id']}"
                yield from _ids(row["components"], f"{own}-{row['id']}-", f"{at}[{row['number'] - 1}].")
        elif "required" in field:
            yield at, own


@dataclass(frozen=True, slots=True)
class _Drawer:
    problems: Sequence[tuple[str, str]]
    typed: Mapping[str, object]
    language: str
    prefix: str
    heading: int
    #: Before a field's key: what it posts under, what problems call it, and what look-ups do.
    names: str = ""
    path: str = ""
    lookups: str = ""
    #: How sentences on the row begin.
    row: str = ""

    def part(self, given: Mapping[str, Any]) -> Part:
        place = f"span-{given.get('columns', 16)}{' first' if given.get('first', True) else ''}"
        part = Part(given["kind"], given["key"], given["label"], place)
        if "components" in given:
            parts = tuple(self.part(each) for each in given["components"])
            return replace(part, parts=parts, summary=given.get("summary", False))
        if "head" in given:
            return replace(part, head=tuple(given["head"]), cells=tuple(given["lines"]), more=given["more"])
        if "files" in given:
            return replace(part, files=tuple(given["files"]))
        if "rows" in given:
            return self._list(part, given)
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
            name=f"{self.names}{part.key}",
            text=text,
            ticked=self._ticked(given),
            choices=tuple(self._choices(given)),
            required=given["required"],
            readonly=given["readonly"],
            unit=self._unit(given),
            hints=tuple(self._hints(given)),
            errors=self._errors(f"{self.path}{part.key}"),
            mode={"email": "email", "phone": "tel"}.get(given.get("form") or ""),
            autocomplete=given.get("autocomplete") or "off",
            rows=TALL if len(text) > _LONG else SHORT,
            lookup=f"{self.lookups}{part.key}" if "lookup" in given else None,
            fills=tuple(f"{self.prefix}{key}" for key in given.get("fill", ())),
            beside=tuple(f"{self.prefix}{key}" for key in BESIDE.get(given.get("lookup", ""), ())),
            offered=ticks.left(given, self.typed.get(part.key)) if part.kind == "taglist" else (),
            took=ticks.took(given, self.typed.get(part.key)) if part.kind == "taglist" else "",
            accept=",".join(given.get("accept", ())),
            several=given.get("several", part.kind == "taglist"),
        )

    def _list(self, part: Part, given: Mapping[str, Any]) -> Part:
        count = len(there(given))
        typed = self.typed.get(part.key)
        rows = {row.get(ROW): row for row in typed} if isinstance(typed, list) else {}
        own = replace(part, id=f"{self.prefix}{part.key}", name=f"{self.names}{part.key}")
        lines = {row["id"]: self._line(own, row, rows.get(row["id"], {})) for row in given["rows"]}
        left = unplaced(typed, {id_: line.parts for id_, line in lines.items()})
        return replace(
            own,
            left=left,
            hints=(given["help"],) if given["help"] else (),
            errors=self._errors(f"{self.path}{part.key}") or tuple(self._too_many(given, count)),
            lines=tuple(lines.values()),
            may_add=given["movable"] and count < given["max_rows"],
            may_remove=given["movable"] and count > given["min_rows"],
        )

    def _too_many(self, given: Mapping[str, Any], count: int) -> Iterator[str]:
        """Said as soon as somebody has pasted them: none of them is looked up."""
        if count > (most := given["max_rows"]):
            yield say("too_many_rows", self.language, label=given["label"], limit=most, count=count)

    def _line(self, part: Part, row: Mapping[str, Any], typed: Mapping[str, Any]) -> RowPart:
        name, id_ = f"{part.name}.{row['id']}", f"{part.id}-{row['id']}"
        if row["gone"]:
            return RowPart(name, id_, gone=True, fresh=row["fresh"], kept=tuple(_kept(name, row["raw"])))
        path = f"{self.path}{part.key}[{row['number'] - 1}]"
        inner = _Drawer(
            self.problems,
            typed,
            self.language,
            f"{id_}-",
            self.heading,
            names=f"{name}.",
            path=f"{path}.",
            lookups=f"{part.key}.",
            row=IN_ROW.of(self.language).format(number=row["number"], sentence=""),
        )
        parts = tuple(inner.part(each) for each in row["components"])
        return RowPart(
            name, id_, row["number"], _led(parts, fresh=row["fresh"]), inner._errors(path), fresh=row["fresh"]
        )

    def _errors(self, path: str) -> tuple[str, ...]:
        """Within its row nobody has to be told which."""
        return tuple(sentence.removeprefix(self.row) for key, sentence in self.problems if key == path)

    def _unit(self, given: Mapping[str, Any]) -> str | None:
        """Nothing has no unit, and what cannot be typed says € itself."""
        unit, shown = given["unit"], given["shown"]
        says_it = given["readonly"] and (unit == "EUR" or not shown or shown.endswith(unit or "\0"))
        return None if says_it else unit

    def _text(self, given: Mapping[str, Any]) -> str:
        """What was typed, to the letter; characters that nobody sees get a mark."""
        if given["readonly"]:
            nothing = "none_yet" if given["kind"] == "expression" else "empty"
            return given["shown"] or word(nothing, self.language)
        if "lookup" in given and not given["found"] and given["value"] is not None:
            return str(given["shown"])  # what was typed names it; the box says which
        if given["kind"] in ticks.KINDS:
            return ticks.beside(given, self.typed.get(given["key"]))
        match self.typed.get(given["key"], given["shown"]):
            case None | []:
                return "" if given["value"] is None else str(given["shown"])  # a look-up has filled it
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
        if given["kind"] in ticks.KINDS:
            id_ = f"{self.prefix}{given['key']}"
            yield from ticks.choices(given, self.typed.get(given["key"]), id_)
            return
        chosen = self.typed.get(given["key"], given["value"])
        chosen = _by_label(chosen if isinstance(chosen, list) else [chosen], given["options"])
        for number, (value, label) in enumerate(given.get("found") or given["options"], 1):
            # The summary's link jumps to the first.
            own = f"{self.prefix}{given['key']}" + (f"-{number}" if number > 1 else "")
            yield Choice(own, value, label, value in chosen)

    def _hints(self, given: Mapping[str, Any]) -> Iterator[str]:
        if given["readonly"]:
            return
        if given["help"]:
            yield given["help"]
        if given.get("note"):
            yield given["note"]
        if given["kind"] == "taglist":
            yield word("several", self.language)
        if given.get("accept"):
            yield word("accepted", self.language, accept=kinds(given["accept"]).of(self.language))
        if given.get("example"):
            yield word("example", self.language, example=given["example"])
        if given["kind"] == "textarea":
            yield from self._lengths(given["min_length"] or 0, given["max_length"])

    def _lengths(self, least: int, most: int) -> Iterator[str]:
        if least > 1 and most < LONGEST:
            yield word("between", self.language, least=least, most=most)
        elif least > 1:
            yield word("least", self.language, count=least)
        elif most < LONGEST:
            yield word("most", self.language, count=most)


def _by_label(chosen: list[Any], options: Iterable[tuple[str, str]]) -> list[Any]:
    """Also what was pasted: it names a choice as people read it."""
    texts = {one.casefold() for one in chosen if isinstance(one, str)}
    values = {value for value, _ in options}
    return [
        *chosen,
        *(
            value
            for value, label in options
            if label.casefold() in texts and not values & {*map(str, chosen)}
        ),
    ]


def there(given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of a list that count."""
    return [row for row in given["rows"] if not row["gone"]]


def _kept(name: str, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in raw.items():
        yield "_asked", f"{name}.{key}"
        for each in value if isinstance(value, list) else [value]:
            if each is not None and each is not False:
                yield f"{name}.{key}", "true" if each is True else str(each)


def _led(parts: tuple[Part, ...], *, fresh: bool) -> tuple[Part, ...]:
    """In a row that came just now the first field takes the focus."""
    if not fresh:
        return parts
    for number, part in enumerate(parts):
        if part.name and not part.readonly:
            return (*parts[:number], replace(part, leads=True), *parts[number + 1 :])
        if part.parts:
            return (*parts[:number], replace(part, parts=_led(part.parts, fresh=True)), *parts[number + 1 :])
    return parts

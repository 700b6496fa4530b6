"""A form that has been read: what it asks, and whether an answer fits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cpm.errors import Invalid
from cpm.forms.field import Component, Field, fields_of
from cpm.forms.judging import Judge, answer
from cpm.forms.lookups import Lookups
from cpm.forms.messages import printable, say
from cpm.forms.present import present
from cpm.forms.reacting import reacts
from cpm.forms.settling import settle


@dataclass(frozen=True, slots=True)
class Form:
    """Languages are "de" and "en"; any other word means German. `now` is aware, in the zone that people read."""

    id: str
    components: tuple[Component, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """The inputs in their order, those inside groups too."""
        return fields_of(self.components)

    def labels(self, language: str = "de") -> dict[str, str]:
        """Of what has one: a computed field may be for the process alone."""
        return {field.key: field.label(language) for field in self.fields if field.words.de}

    @property
    def reacts(self) -> bool:
        """Whether what is typed into one field may change how the form looks."""
        return reacts(self.components)

    @property
    def looks_up(self) -> frozenset[str]:
        """The sources it asks."""
        inner = (field.rows.fields if field.rows else (field,) for field in self.fields)
        return frozenset(field.lookup.source for fields in inner for field in fields if field.lookup)

    @property
    def takes_files(self) -> bool:
        inner = (field.rows.fields if field.rows else (field,) for field in self.fields)
        return any(field.files for fields in inner for field in fields)

    def field(self, name: str) -> Field | None:
        """By its key; one of a list's rows as `lines.sku`."""
        outer, _, inner = name.partition(".")
        found = next((field for field in self.fields if field.key == outer), None)
        if not inner or found is None or found.rows is None:
            return None if inner else found
        return next((field for field in found.rows.fields if field.key == inner), None)

    def validate(
        self,
        values: Mapping[str, object],
        scope: Mapping[str, object],
        *,
        now: datetime,
        language: str = "de",
        asked: frozenset[str] | None = None,
        lookups: Lookups | None = None,
    ) -> dict[str, object]:
        """The clean typed value of every field that is shown and may be changed.

        `values` are what people type or programs send; a field they leave out keeps what `present` shows,
        one they leave empty becomes null (a checkbox: false, a checklist or a list of rows: []). Hidden and locked
        fields are not in the result, unless they are computed or filled by a look-up. Raises Invalid with all
        problems at once, the fields' keys first; in a row they are called like `lines[0].sku`.

        A row may say as `_row` which one of those before it is (counted from "0"): what it leaves out stays. One
        that says nothing, or "n" and a number, is new.

        `lookups` answers what fields look up; without it nothing is found. `asked` are the fields that were before
        the person who answered, if that is known: one that shows only because of the answer is a problem, for nobody
        has seen it yet.
        """
        situation = settle(self.fields, values, scope, now=now, language=language, lookups=lookups)
        found = [*self._unknown(values, language), *Judge(asked, language).problems(self.fields, situation)]
        if found:
            told = say("refused", language, count=len(found))
            raise Invalid(told, found, de=told, problems_de=found)
        return answer(self.fields, situation)

    def present(
        self,
        scope: Mapping[str, object],
        values: Mapping[str, object] | None = None,
        *,
        now: datetime,
        language: str = "de",
        lookups: Lookups | None = None,
        words: Mapping[str, str] | None = None,
    ) -> list[dict[str, object]]:
        """What to show, in order, as plain dicts; `values` is what was typed so far and is shown again. `words` are what
        notes call codes, such as "shipment.packed".

        Every dict has `key`, `kind` and `label`. Fields also have `help`, `unit`, `required`, `readonly`,
        `options` [(value, label)], `value` (typed), `shown` (as text, readable again), `prefill` (the key of
        a text block, if the field is empty and untouched), and the limits `min`, `max`, `min_length`, `max_length`,
        `digits`, `form`, `autocomplete`, and for a day or a time an `example`; one that looks up has its source as `lookup`, and `found` with what
        comes close to words that name nothing. A list has `rows`, each with its `id`, `number` and `components`, the keys that it `asks` for, and
        `movable`, `min_rows`, `max_rows`. A group has its own list under `components`. A text has its words as label, and
        unless it is computed also `text`, as the designer wrote it, and what fills it as `filled`. Each takes
        so many `columns` of 16; with `first` it begins a row. A filepicker's options are the files in it (number, name);
        it has `accept` and `several`. A table has `head`, `lines` and `more`, documents have `files`; a group that is
        a `summary` holds only what is to be read.
        """
        situation = settle(self.fields, values or {}, scope, now=now, language=language, lookups=lookups)
        return present(self.components, replace(situation, words=words or {}), language)

    def _unknown(self, values: Mapping[str, object], language: str) -> Iterator[tuple[str, str]]:
        known = {field.key for field in self.fields}
        for key in values:
            if key not in known:
                name = printable(str(key))
                yield name, say("unknown", language, label=name)

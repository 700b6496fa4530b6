"""A form that has been read: what it asks, and whether an answer fits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from cpm.errors import Invalid
from cpm.forms.constraints import misfits
from cpm.forms.field import Component, Field, Group
from cpm.forms.messages import Misfit, printable, say
from cpm.forms.present import present
from cpm.forms.reacting import names_read
from cpm.forms.situation import Situation, settle


@dataclass(frozen=True, slots=True)
class Form:
    """Languages are "de" and "en"; any other word means German. `now` is aware, in the zone that people read."""

    id: str
    components: tuple[Component, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """The inputs in their order, those inside groups too."""
        return tuple(component for component in _flat(self.components) if isinstance(component, Field))

    def labels(self, language: str = "de") -> dict[str, str]:
        return {field.key: field.label(language) for field in self.fields}

    @property
    def reacts(self) -> bool:
        """Whether what is typed into one field may change how the form looks."""
        keys = {field.key for field in self.fields}
        return any(not keys.isdisjoint(names_read(component)) for component in _flat(self.components))

    def validate(
        self,
        values: Mapping[str, object],
        scope: Mapping[str, object],
        *,
        now: datetime,
        language: str = "de",
        asked: frozenset[str] | None = None,
    ) -> dict[str, object]:
        """The clean typed value of every field that is shown and may be changed.

        `values` are what people type or programs send; a field they leave out keeps what `present` shows,
        one they leave empty becomes null (a checkbox: false, a checklist: []). Hidden and locked fields are
        not in the result. Raises Invalid with all problems at once, the fields' keys first.

        `asked` are the fields that were before the person who answered, if that is known: one that shows only
        because of the answer is a problem, for nobody has seen it yet.
        """
        situation = settle(self.fields, values, scope, now=now, language=language)
        problems = [*self._unknown(values, language), *self._problems(situation, asked, language)]
        if problems:
            told = say("refused", language, count=len(problems))
            raise Invalid(told, problems, de=told, problems_de=problems)
        left_out = situation.hidden | situation.locked
        return {key: value for key, value in situation.clean.items() if key not in left_out}

    def present(
        self,
        scope: Mapping[str, object],
        values: Mapping[str, object] | None = None,
        *,
        now: datetime,
        language: str = "de",
    ) -> list[dict[str, object]]:
        """What to show, in order, as plain dicts; `values` is what was typed so far and is shown again.

        Every dict has `key`, `kind` and `label`. Fields also have `help`, `unit`, `required`, `readonly`,
        `options` [(value, label)], `value` (typed), `shown` (as text, readable again), `prefill` (the key of
        a text block, if the field is empty and untouched), and the limits `min`, `max`, `min_length`, `max_length`,
        `digits`, `form`, `autocomplete`. A group has its own list under `components`. A text has its words as label, and
        unless it is computed also `text`, as the designer wrote it, and what fills it as `filled`. Each takes
        so many `columns` of 16; with `first` it begins a row.
        """
        situation = settle(self.fields, values or {}, scope, now=now, language=language)
        return present(self.components, situation, language)

    def _unknown(self, values: Mapping[str, object], language: str) -> Iterator[tuple[str, str]]:
        known = {field.key for field in self.fields}
        for key in values:
            if key not in known:
                name = printable(str(key))
                yield name, say("unknown", language, label=name)

    def _problems(
        self, situation: Situation, asked: frozenset[str] | None, language: str
    ) -> Iterator[tuple[str, str]]:
        for field in self.fields:
            if field.key not in situation.hidden:
                unseen = asked is not None and field.key not in asked | situation.locked
                for misfit in _misfits(field, situation) or [Misfit("appeared")] * unseen:
                    yield field.key, _sentence(field, misfit, language)


def _flat(components: tuple[Component, ...]) -> Iterator[Component]:
    for component in components:
        yield component
        if isinstance(component, Group):
            yield from _flat(component.components)


def _misfits(field: Field, situation: Situation) -> list[Misfit]:
    if field.key in situation.misfits:
        return [situation.misfits[field.key]]
    if field.key in situation.locked:
        return []  # nobody here could put it right
    try:
        return list(misfits(field, situation.clean[field.key], situation.facts))
    except Misfit as misfit:
        return [misfit]


def _sentence(field: Field, misfit: Misfit, language: str) -> str:
    own = {"check": field.check_words, "pattern": field.limits.pattern_words}.get(misfit.code)
    return own.of(language) if own else misfit.sentence(field.label(language), language)

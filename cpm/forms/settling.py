"""From what was typed and what is known to where the form stands."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from cpm.forms import rows as entering
from cpm.forms.asking import Facts
from cpm.forms.choosing import Unclear, choose, facts_of, values_in
from cpm.forms.computing import computed
from cpm.forms.constraints import is_empty
from cpm.forms.field import Field, Files, Rows
from cpm.forms.files import Filed, chosen
from cpm.forms.lookups import Found, Lookups, Nowhere
from cpm.forms.messages import Misfit
from cpm.forms.show import show
from cpm.forms.situation import Row, Situation, current, hides
from cpm.forms.take import take


def settle(
    fields: Sequence[Field],
    values: Mapping[str, object],
    scope: Mapping[str, object],
    *,
    now: datetime,
    language: str,
    lookups: Lookups | None = None,
) -> Situation:
    """Take everything in and hide what must be hidden, until hiding one field hides no other.

    A hidden field counts as null for all conditions, so each round can only hide more and the rounds end.
    """
    hidden: frozenset[str] = frozenset()
    while True:
        seen = dict(scope)
        level = _Level(language, lookups or Nowhere(), hidden, values, scope, Facts(seen, now), seen)
        found = level.situation(fields)
        grown = hidden | frozenset(_hidden(fields, found, ""))
        if grown == hidden:
            return found
        hidden = grown


def _hidden(fields: Sequence[Field], situation: Situation, path: str) -> Iterator[str]:
    for each in fields:
        if hides(each, situation.facts):
            yield f"{path}{each.key}"
        for row in situation.rows.get(each.key, ()):
            assert each.rows is not None, "only lists have rows"
            yield from _hidden(each.rows.fields, row.situation, f"{path}{each.key}/{row.id}/")


@dataclass(slots=True)
class _Level:
    """The form itself, or a row of a list."""

    language: str
    lookups: Lookups
    #: By path, in the whole form.
    hidden: frozenset[str]
    values: Mapping[str, object]
    scope: Mapping[str, object]
    facts: Facts
    #: Where the facts look first: it fills as the fields are taken in, in their order.
    seen: dict[str, object]
    path: str = ""
    clean: dict[str, object] = field(default_factory=dict)
    misfits: dict[str, Misfit] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    ours: set[str] = field(default_factory=set)
    rows: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    found: dict[str, Found] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[Filed, ...]] = field(default_factory=dict)
    #: What look-ups say of the fields that they fill.
    filled: dict[str, object] = field(default_factory=dict)

    def situation(self, fields: Sequence[Field]) -> Situation:
        # In their order, so the choices of one may depend on the fields above it.
        for each in fields:
            self.clean[each.key] = None
            try:
                if f"{self.path}{each.key}" not in self.hidden:
                    self.clean[each.key] = self._value(each)
            except Misfit as misfit:
                self.misfits[each.key] = misfit
            self.seen[each.key] = self.clean[each.key]
        return Situation(
            facts=self.facts,
            clean=self.clean,
            misfits=self.misfits,
            raw={each.key: self.values.get(each.key, current(each, self.scope)) for each in fields},
            given=frozenset(self.values),
            hidden=frozenset(each.key for each in fields if f"{self.path}{each.key}" in self.hidden),
            locked=frozenset(self.locked),
            ours=frozenset(self.ours),
            rows=self.rows,
            found=self.found,
            chosen=self.chosen,
            files=self.files,
        )

    def _value(self, each: Field) -> object:
        if each.rows is not None:
            if self.facts.holds(each.locked):
                self.locked.add(each.key)
            return self._list(each, each.rows)
        if each.compute is not None:
            return self._computed(each)
        if self.facts.holds(each.locked):
            self.locked.add(each.key)
        if each.key in self.filled and (each.key in self.locked or self._is_left_empty(each)):
            return self._filled(each)
        value = self._taken(each)
        if each.files is not None and each.key not in self.locked:
            return self._filed(each, each.files, value)
        return value if each.lookup is None else self._chosen(each, value)

    def _taken(self, each: Field) -> object:
        known = current(each, self.scope)
        locked = each.key in self.locked
        if each.key not in self.values:
            return known if locked and not _is_wall_clock(known) else self._take(each, known)
        if not locked:
            return self._take(each, self.values[each.key])
        if not self._same(each, known):
            raise Misfit("locked")
        return known

    def _take(self, each: Field, raw: object) -> object:
        return take(raw, each, self.facts.options(each), self.language, self.facts.zone)

    def _same(self, each: Field, known: object) -> bool:
        """Whether what cannot be changed came back as it was shown."""
        try:
            return self._take(each, self.values[each.key]) == self._take(each, known)
        except Misfit:
            return False

    def _computed(self, each: Field) -> object:
        self.locked.add(each.key)
        self.ours.add(each.key)
        value = computed(each, self.facts)
        sent = self.values.get(each.key)
        written = (show(value, self.language, self.facts.zone), show(value, "en", self.facts.zone))
        if not is_empty(sent) and sent != value and sent not in written:
            raise Misfit("computed")
        return value

    def _chosen(self, each: Field, typed: object) -> object:
        assert each.lookup is not None, "asked of look-ups only"
        try:
            hit = choose(each.lookup.source, typed, self.lookups, self.facts.values)
        except Unclear as unclear:
            if each.key in self.locked:
                return typed  # nobody here could put it right
            self.found[each.key] = unclear.found
            raise
        for target, fact in each.lookup.fill:
            self.filled[target] = facts_of(hit).get(fact)
        if hit is not None:
            self.chosen[each.key] = hit.text
            if hit.note:
                self.found[each.key] = Found((), hit.note)
        return None if hit is None else hit.value

    def _filed(self, each: Field, files: Files, value: object) -> list[dict[str, object]]:
        numbers = value if isinstance(value, list) else []
        found = self.lookups.files(numbers)
        self.files[each.key] = tuple(found[number] for number in numbers if number in found)
        if len(numbers) > 1 and not self.facts.holds(files.several):
            raise Misfit("one_file")
        return [file.value for file in chosen(numbers, found, files.accept)]

    def _is_left_empty(self, each: Field) -> bool:
        given = self.values.get(each.key, current(each, self.scope))
        return is_empty(given.strip() if isinstance(given, str) else given)

    def _filled(self, each: Field) -> object:
        fact = self.filled[each.key]
        if each.kind in {"textfield", "textarea"} and fact is not None:
            fact = show(fact, self.language, self.facts.zone)
        try:
            value = self._take(each, fact)
        except Misfit:
            value = None  # a fact that does not fit the field is nothing to it
        if each.key in self.locked:
            self.ours.add(each.key)
            if each.key in self.values and not self._same(each, value):
                raise Misfit("locked")
        return value

    def _list(self, each: Field, rows: Rows) -> list[dict[str, object]]:
        before = current(each, self.scope)
        stand = entering.untouched(before, rows) if each.key not in self.values or not rows.movable else []
        came = entering.typed(self.values[each.key], before) if each.key in self.values else stand
        count = sum(not entry.gone for entry in came)
        if not rows.movable and count != len(stand):
            self.misfits[each.key] = Misfit("rows_fixed", limit=len(stand), count=count)
        lookups = self.lookups
        if (
            count > rows.most
        ):  # they stay as they were typed, and nobody is asked about what is refused anyhow
            self.misfits[each.key] = Misfit("too_many_rows", limit=rows.most, count=count)
            lookups = Nowhere()
        value: list[dict[str, object]] = []
        taken: list[Row] = []
        self.seen[each.key] = value  # the rows see those above them
        self._expect(lookups, rows, came)
        for entry in came[: entering.MOST]:
            taken.append(self._row(each, rows, entry, len(value) + 1, lookups))
            if not entry.gone:
                value.append(taken[-1].value)
        self.rows[each.key] = tuple(taken)
        return value

    def _expect(self, lookups: Lookups, rows: Rows, came: Sequence[entering.Entry]) -> None:
        """Say of all rows at once what they look up, so that many of them cost no more than one."""
        for inner in rows.fields:
            if inner.lookup is None:
                continue
            held = [
                entry.typed.get(inner.key, current(inner, entry.known)) for entry in came[: entering.MOST]
            ]
            lookups.expect(inner.lookup.source, sorted(set(values_in(held))), self.facts.values)

    def _row(self, each: Field, rows: Rows, entry: entering.Entry, number: int, lookups: Lookups) -> Row:
        fields = rows.fields
        keys = {inner.key for inner in fields}
        beside = {name: value for name, value in entry.known.items() if name not in keys}
        seen: dict[str, object] = dict(beside)
        around = {"i": Decimal(number), "this": seen, "parent": self.seen}
        names = ChainMap(seen, around, cast("Any", self.facts.values))
        level = _Level(
            self.language,
            lookups,
            self.hidden,
            {name: value for name, value in entry.typed.items() if name in keys},
            entry.known,
            Facts(names, self.facts.now),
            seen,
            f"{self.path}{each.key}/{entry.id}/",
        )
        unknown = tuple(name for name in entry.typed if name not in keys)
        return Row(entry.id, level.situation(fields), beside, entry.misfit, unknown, entry.gone, entry.fresh)


def _is_wall_clock(value: object) -> bool:
    """A default without an offset: which moment it is depends on where the form is filled in."""
    return isinstance(value, datetime) and value.tzinfo is None

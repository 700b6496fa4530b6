"""Where a form stands: which fields show, and what is in them, given what was typed and what is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cpm.forms.asking import Facts
from cpm.forms.field import Component, Field
from cpm.forms.messages import Misfit
from cpm.forms.take import take


@dataclass(frozen=True, slots=True)
class Situation:
    facts: Facts
    #: The clean value of every field; null for those that are hidden or do not fit.
    clean: Mapping[str, object]
    misfits: Mapping[str, Misfit]
    #: What each field was given: what was typed, else what it held before.
    raw: Mapping[str, object]
    #: Those that were given anything, if only a null.
    given: frozenset[str]
    hidden: frozenset[str]
    #: Shown, but not to be changed.
    locked: frozenset[str]


def settle(
    fields: Sequence[Field],
    values: Mapping[str, object],
    scope: Mapping[str, object],
    *,
    now: datetime,
    language: str,
) -> Situation:
    """Take everything in and hide what must be hidden, until hiding one field hides no other.

    A hidden field counts as null for all conditions, so each round can only hide more and the rounds end.
    """
    hidden: frozenset[str] = frozenset()
    while True:
        found = _Round(fields, values, scope, hidden, now, language).situation()
        if found.hidden == hidden:
            return found
        hidden = found.hidden


def current(field: Field, scope: Mapping[str, object]) -> object:
    """What a field holds before anybody types: the case's variable, else its default."""
    known = scope.get(field.key)
    return field.default if known is None else known


@dataclass(frozen=True, slots=True)
class _Round:
    fields: Sequence[Field]
    values: Mapping[str, object]
    scope: Mapping[str, object]
    hidden: frozenset[str]
    now: datetime
    language: str

    def situation(self) -> Situation:
        # The fields come in their order, so the choices of one may depend on the fields above it.
        seen: dict[str, object] = dict(self.scope)
        facts = Facts(seen, self.now)
        clean: dict[str, object] = {}
        misfits: dict[str, Misfit] = {}
        locked: set[str] = set()
        for field in self.fields:
            clean[field.key] = None
            try:
                if field.key not in self.hidden:
                    if facts.holds(field.locked):
                        locked.add(field.key)
                    clean[field.key] = self._take(field, facts, locked=field.key in locked)
            except Misfit as misfit:
                misfits[field.key] = misfit
            seen[field.key] = clean[field.key]
        raw = {field.key: self.values.get(field.key, current(field, self.scope)) for field in self.fields}
        given = frozenset(self.values)
        return Situation(facts, clean, misfits, raw, given, self._hide(facts), frozenset(locked))

    def _take(self, field: Field, facts: Facts, *, locked: bool) -> object:
        known = current(field, self.scope)
        if field.key not in self.values:
            return (
                known
                if locked and not _is_wall_clock(known)
                else take(known, field, facts.options(field), self.language, facts.zone)
            )
        if not locked:
            return take(self.values[field.key], field, facts.options(field), self.language, facts.zone)
        if not self._same(field, known, facts):
            raise Misfit("locked")
        return known

    def _same(self, field: Field, known: object, facts: Facts) -> bool:
        """Whether a locked field came back as it was shown."""
        options = facts.options(field)
        try:
            return take(self.values[field.key], field, options, self.language, facts.zone) == take(
                known, field, options, self.language, facts.zone
            )
        except Misfit:
            return False

    def _hide(self, facts: Facts) -> frozenset[str]:
        return self.hidden | {field.key for field in self.fields if hides(field, facts)}


def _is_wall_clock(value: object) -> bool:
    """A default without an offset: which moment it is depends on where the form is filled in."""
    return isinstance(value, datetime) and value.tzinfo is None


def hides(component: Component, facts: Facts) -> bool:
    """Whether a condition hides it; one that runs away hides nothing."""
    try:
        return any(facts.holds(expression) for expression in component.hides)
    except Misfit:
        return False

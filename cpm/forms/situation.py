"""Where a form stands: which fields show, and what is in them, given what was typed and what is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cpm.forms.asking import Facts
from cpm.forms.field import Component, Field
from cpm.forms.files import Filed
from cpm.forms.lookups import Found
from cpm.forms.messages import Misfit


@dataclass(frozen=True, slots=True)
class Situation:
    """Of the form, or of one row of a list; everything by key."""

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
    #: Among these, those whose value is ours: computed, or filled by a look-up.
    ours: frozenset[str] = frozenset()
    #: The rows of lists.
    rows: Mapping[str, tuple["Row", ...]] = field(default_factory=dict)
    #: What a look-up found for words that name nothing, or for what stands in it.
    found: Mapping[str, Found] = field(default_factory=dict)
    #: As what is chosen reads.
    chosen: Mapping[str, str] = field(default_factory=dict)
    #: The files that were chosen, also of those that do not fit.
    files: Mapping[str, tuple[Filed, ...]] = field(default_factory=dict)
    #: What codes are called in notes: "shipment.packed".
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    #: Keeps its row apart from the others while they are edited: the number it had before, or "n" and a number.
    id: str
    situation: Situation
    #: What its row held before beside the form's fields; it stays.
    beside: Mapping[str, object] = field(default_factory=dict)
    #: What does not fit the row as such.
    misfit: Misfit | None = None
    #: Names that no field of it has.
    unknown: tuple[str, ...] = ()
    #: Taken away, and shown so that this can be undone; it counts for nothing.
    gone: bool = False
    #: It came just now, so people go on in it.
    fresh: bool = False

    @property
    def value(self) -> dict[str, object]:
        """As expressions see it."""
        return {**self.beside, **self.situation.clean}


def current(field: Field, scope: Mapping[str, object]) -> object:
    """What a field holds before anybody types: the case's variable, else its default."""
    known = scope.get(field.key)
    return field.default if known is None else known


def hides(component: Component, facts: Facts) -> bool:
    """Whether a condition hides it; one that runs away hides nothing."""
    try:
        return any(facts.holds(expression) for expression in component.hides)
    except Misfit:
        return False

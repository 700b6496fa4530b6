"""The values of FEEL that Python lacks, and the door through which values come in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rules.feel.errors import FeelLimit
from rules.feel.limits import DEEPEST_VALUE
from rules.feel.temporal.wide import WIDE

if TYPE_CHECKING:
    from rules.feel.frames import Run
    from rules.feel.syntax import Type

#: Immutable values that need no look inside. None is left out: it may mean that a name is unknown.
PLAIN: frozenset[type] = frozenset({Decimal, str, bool, *WIDE, *WIDE.values()})


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years-and-months duration, which is a number of months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-P" if self.months < 0 else "P") + text


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; None as an end means that it has no bound there.

    `(= 10)` and `(!= 10)` have 10 at both ends, and say by their `form` that they are no intervals.
    """

    start: object
    end: object
    start_included: bool = True
    end_included: bool = True
    form: str = ""  #: "=" or "!="


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function value. Calling it with arguments that do not fit gives None."""

    name: str
    parameters: tuple[str, ...] | None  #: None if it can be called in several ways
    call: "Callable[[Run, Sequence[object]], object]"
    call_named: "Callable[[Run, Mapping[str, object]], object]"
    takes: "Callable[[int], bool]" = lambda _count: True  #: may it be called with so many arguments?
    #: Types of the parameters and then of the result; None where nothing is said. None at all for a built-in function.
    types: "tuple[Type | None, ...] | None" = None


def to_feel(value: object, depth: int = 0) -> object:
    """The value as FEEL knows it: whole numbers become Decimal, tuples lists, in all depths.

    Gives the same object if nothing in it changes. Raises TypeError for what FEEL has no type for, which
    includes floats and Decimals that are not finite; FeelLimit for what is nested too deep.
    """
    if value is None or type(value) in PLAIN:
        return _finite(value) if type(value) is Decimal else value
    if depth > DEEPEST_VALUE:
        raise FeelLimit(f"Expected lists and contexts at most {DEEPEST_VALUE} deep, but these are deeper.")
    if _is_feel(value, depth):
        return value
    if isinstance(value, list | tuple):
        return [to_feel(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return _to_context(value, depth)
    return _to_scalar(value)


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise TypeError(f"Expected a finite number, but got {value}.")
    return value


def _to_context(value: Mapping[object, object], depth: int) -> object:
    for key in value:
        if type(key) is not str:
            raise TypeError(f"Expected names of a context to be str, but got {type(key).__name__}.")
    return {key: to_feel(item, depth + 1) for key, item in value.items()}


def _to_scalar(value: object) -> object:
    if type(value) is int:
        return Decimal(value)
    if isinstance(value, YearsMonths | Range | Function):
        return value
    if isinstance(value, str):  # an enumeration's member, say
        return str.__str__(value)
    raise TypeError(f"Expected a value that FEEL knows, but got {type(value).__name__}.")


def _is_feel(value: object, depth: int) -> bool:
    """Is it FEEL's already, so that nothing need be copied? Most variables are."""
    if isinstance(value, Decimal):
        return type(value) is Decimal and value.is_finite()
    if type(value) in _SCALARS:
        return True
    if depth > DEEPEST_VALUE:
        return False
    if type(value) is list:
        return all(_is_feel(item, depth + 1) for item in value)
    if type(value) is not dict:
        return False
    return all(type(key) is str and _is_feel(item, depth + 1) for key, item in value.items())


_SCALARS = PLAIN | {type(None), YearsMonths, Range, Function}

"""The values of FEEL that Python lacks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

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

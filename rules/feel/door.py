"""The door through which values come in: nothing but FEEL's own values is ever reached from an expression."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import cast

from rules.feel.errors import FeelLimit
from rules.feel.limits import DEEPEST_VALUE, LARGEST_FACT
from rules.feel.values import PLAIN, Function, Range, YearsMonths

_SCALARS = PLAIN | {type(None), YearsMonths, Range, Function}


def to_feel(value: object) -> object:
    """The value as FEEL knows it: whole numbers become Decimal, tuples lists, in all depths.

    Gives the same object if nothing in it changes. Raises TypeError for what FEEL has no type for, which
    includes floats and Decimals that are not finite; FeelLimit for what is nested too deep or is too large,
    as a list that holds itself is.
    """
    if value is None or type(value) in PLAIN:
        return _finite(value) if type(value) is Decimal else value
    return value if _Door().knows(value, 0) else _Door().take(value, 0)


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise TypeError(f"Expected a finite number, but got {value}.")
    return value


class _Door:
    """Counts what comes through: a value may hold another one many times over."""

    def __init__(self) -> None:
        self.left = LARGEST_FACT

    def knows(self, value: object, depth: int) -> bool:
        """Is it FEEL's already, in all depths, so that nothing need be copied? Most variables are."""
        kind = type(value)
        if kind is dict:
            entries = cast("dict[object, object]", value)
            items: Collection[object] = entries.values()
            for key in entries:
                if type(key) is not str:
                    return False
        elif kind is list:
            items = cast("list[object]", value)
        else:
            return kind in _SCALARS and (kind is not Decimal or cast("Decimal", value).is_finite())
        self._count(len(items), depth)
        for item in items:
            if type(item) is Decimal:
                if not item.is_finite():
                    return False
            elif type(item) not in _SCALARS and not self.knows(item, depth + 1):
                return False
        return True

    def take(self, value: object, depth: int) -> object:
        """A copy that is FEEL's."""
        if isinstance(value, list | tuple):
            self._count(len(value), depth)
            return [self.take(item, depth + 1) for item in value]
        if isinstance(value, Mapping):
            self._count(len(value), depth)
            return {_name(key): self.take(item, depth + 1) for key, item in value.items()}
        return _to_scalar(value)

    def _count(self, items: int, depth: int) -> None:
        self.left -= items
        if self.left < 0:
            raise FeelLimit(
                f"Expected a fact of at most {LARGEST_FACT} elements, but this one has more.",
                german=f"Eine Angabe hat mehr als {LARGEST_FACT} Teile.",
            )
        if depth > DEEPEST_VALUE:
            raise FeelLimit(
                f"Expected lists and contexts at most {DEEPEST_VALUE} deep, but these are deeper.",
                german=f"Listen und Kontexte sind mehr als {DEEPEST_VALUE}-mal ineinander geschachtelt.",
            )


def _name(key: object) -> str:
    if type(key) is not str:
        raise TypeError(f"Expected names of a context to be str, but got {type(key).__name__}.")
    return key


def _to_scalar(value: object) -> object:
    if type(value) is Decimal:
        return _finite(value)
    if type(value) in _SCALARS:
        return value
    if type(value) is int:
        return Decimal(value)
    if isinstance(value, str):  # an enumeration's member, say
        return str.__str__(value)
    raise TypeError(f"Expected a value that FEEL knows, but got {type(value).__name__}.")

"""What boxed conditionals, filters and iterators do where they are stricter than FEEL's own (DMN 1.5 10.2.1.8 on)."""

from collections.abc import Iterable

from rules.feel.compiler import Code
from rules.feel.errors import Unfit
from rules.feel.frames import Frame
from rules.feel.iteration import Domain, values_of
from rules.feel.values import Range

_TURN_COST = 10  #: steps; what a turn does counts by itself


def conditional(condition: Code, then: Code, otherwise: Code) -> Code:
    """Null is taken for false; a condition that is no boolean gives null."""

    def decided(frame: Frame) -> object:
        verdict = condition(frame)
        if verdict is True:
            return then(frame)
        return otherwise(frame) if verdict is False or verdict is None else None

    return decided


def filtered(source: Code, match: Code) -> Code:
    """Those items of a list that match; null for what is no list, and if a verdict is neither boolean nor null."""

    def kept(frame: Frame) -> object:
        items = source(frame)
        if not isinstance(items, list):
            return None
        found = []
        for item in items:
            frame.run.spend(_TURN_COST)
            inner = Frame({"item": item}, frame)
            verdict = match(Frame(item, inner) if isinstance(item, dict) else inner)
            if verdict is True:
                found.append(item)
            elif verdict is not False and verdict is not None:
                return None
        return found

    return kept


def domain(source: Code) -> Domain:
    """What an iterator goes through: a list or range, and no single value."""

    def values(frame: Frame) -> Iterable[object]:
        value = source(frame)
        if not isinstance(value, list | Range):
            raise Unfit
        return values_of(value)

    return values

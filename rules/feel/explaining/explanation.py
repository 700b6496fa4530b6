"""The value of one text, and how it came about."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from rules.feel.compiler import Place, Text
from rules.feel.door import to_feel
from rules.feel.explaining.seen import Null, Part, Seen
from rules.feel.explaining.watching import watched_cell, watched_expression
from rules.feel.expression import check_size, evaluated
from rules.feel.frames import Frame, Run, Top


@dataclass(frozen=True, slots=True)
class Explanation:
    value: object
    parts: tuple[Part, ...]  #: in the order in which they were finished
    nulls: tuple[
        Null, ...
    ]  #: each reason once; what is null by itself comes before what is null because of it

    def sentences(self, language: str = "en") -> tuple[str, ...]:
        return tuple(null.sentence(language) for null in self.nulls)


def explain_expression(
    text: str, scope: Mapping[str, object], now: dt.datetime | None = None, names: Collection[str] = ()
) -> Explanation:
    """What compile_expression(text, names)(scope, now) gives, and why. Raises as these two do."""
    code = watched_expression(text, names, Place(Text({})))
    return _explained(code, scope, now)


def explain_cell(
    text: str,
    value: object,
    scope: Mapping[str, object],
    now: dt.datetime | None = None,
    names: Collection[str] = (),
) -> Explanation:
    """What compile_unary_tests(text, names)(value, scope, now) gives, and why."""
    cell, tested = watched_cell(text, names, Place(Text({}))), to_feel(value)
    return _explained(lambda frame: cell(tested, frame), scope, now)


def _explained(
    code: Callable[[Frame], object], scope: Mapping[str, object], now: dt.datetime | None
) -> Explanation:
    seen = Seen()
    value = evaluated(code, Top(scope, Run(now, seen=seen)))
    check_size(value)
    return Explanation(value, tuple(seen.parts), tuple(seen.nulls))

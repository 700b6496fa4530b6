"""How points and ranges lie to each other: Allen's relations, DMN 1.5 table 79."""

from collections.abc import Callable

from rules.feel.comparison import order
from rules.feel.errors import Unfit
from rules.feel.functions.registry import builtin
from rules.feel.values import Range

_Relation = Callable[[Range, Range], bool | None]


def _order(one: object, other: object) -> int:
    position = order(one, other)
    if position is None:
        raise Unfit
    return position


def _start(one: Range, other: Range) -> int:
    """-1, 0 or 1 for the starts; none at all lies before every start."""
    if one.start is None or other.start is None:
        return (other.start is None) - (one.start is None)
    return _order(one.start, other.start)


def _end(one: Range, other: Range) -> int:
    if one.end is None or other.end is None:
        return (one.end is None) - (other.end is None)
    return _order(one.end, other.end)


def _gap(one: Range, other: Range) -> int:
    """-1 if the one ends before the other starts."""
    if one.end is None or other.start is None:
        return 1
    return _order(one.end, other.start)


def _relation(name: str, *pairs: str) -> Callable[[_Relation], _Relation]:
    """Register a relation for these pairs of parameters: a point where a name begins with `point`."""

    def register(python: _Relation) -> _Relation:
        def related(one: object, other: object) -> bool | None:
            shape = _shape(one) + _shape(other)
            if not any(_shape_of(pair) == shape for pair in pairs):
                raise Unfit
            return python(_as_range(one), _as_range(other))

        for pair in pairs:
            one, other = pair.split(" ")
            builtin(name, f"{one}: one, {other}: one")(related)
        return python

    return register


def _shape(value: object) -> str:
    return "r" if isinstance(value, Range) else "p"


def _shape_of(pair: str) -> str:
    return "".join(name[0] for name in pair.split(" "))


def _as_range(value: object) -> Range:
    if value is None or (isinstance(value, Range) and value.form == "!="):
        raise Unfit
    return value if isinstance(value, Range) else Range(value, value)


def _swapped(relation: _Relation) -> _Relation:
    return lambda one, other: relation(other, one)


@_relation("before", "point1 point2", "point range", "range point", "range1 range2")
def before(one: Range, other: Range) -> bool:
    gap = _gap(one, other)
    return gap < 0 or (gap == 0 and not (one.end_included and other.start_included))


_relation("after", "point1 point2", "point range", "range point", "range1 range2")(_swapped(before))


@_relation("meets", "range1 range2")
def meets(one: Range, other: Range) -> bool:
    return one.end_included and other.start_included and _gap(one, other) == 0


_relation("met by", "range1 range2")(_swapped(meets))


@_relation("overlaps", "range1 range2")
def overlaps(one: Range, other: Range) -> bool:
    return not before(one, other) and not before(other, one)


@_relation("overlaps before", "range1 range2")
def overlaps_before(one: Range, other: Range) -> bool:
    start, end = _start(one, other), _end(one, other)
    starts_first = start < 0 or (start == 0 and one.start_included and not other.start_included)
    ends_first = end < 0 or (end == 0 and (not one.end_included or other.end_included))
    return starts_first and ends_first and not before(one, other)


@_relation("overlaps after", "range1 range2")
def overlaps_after(one: Range, other: Range) -> bool:
    start, end = _start(one, other), _end(one, other)
    starts_last = start > 0 or (start == 0 and other.start_included and not one.start_included)
    ends_last = end > 0 or (end == 0 and (one.end_included or not other.end_included))
    return starts_last and ends_last and not before(other, one)


@_relation("finishes", "point range", "range1 range2")
def finishes(one: Range, other: Range) -> bool:
    return one.end_included == other.end_included and _end(one, other) == 0 and _starts_in(one, other)


_relation("finished by", "range point", "range1 range2")(_swapped(finishes))


@_relation("starts", "point range", "range1 range2")
def starts(one: Range, other: Range) -> bool:
    same = one.start_included == other.start_included and _start(one, other) == 0
    return same and _ends_in(one, other)


_relation("started by", "range point", "range1 range2")(_swapped(starts))


@_relation("includes", "range point", "range1 range2")
def includes(one: Range, other: Range) -> bool | None:
    return _starts_in(other, one) and _ends_in(other, one)


_relation("during", "point range", "range1 range2")(_swapped(includes))


def _starts_in(one: Range, other: Range) -> bool:
    position = _start(one, other)
    return position > 0 or (position == 0 and (other.start_included or not one.start_included))


def _ends_in(one: Range, other: Range) -> bool:
    position = _end(one, other)
    return position < 0 or (position == 0 and (other.end_included or not one.end_included))


@_relation("coincides", "point1 point2", "range1 range2")
def coincides(one: Range, other: Range) -> bool:
    return (
        (one.start_included, one.end_included) == (other.start_included, other.end_included)
        and _start(one, other) == 0
        and _end(one, other) == 0
    )

"""The strip of a fortnight as a drawing: a dot a case, above the line what closed in time, below it what was late."""

from dataclasses import dataclass
from datetime import timedelta

from cpm.queries.closed_lately import DAYS, Closed, Lately
from web.language import day
from web.language import translate as _

STEP, HALF = 24, 24  #: of a day, and of what is above and below the line
_FAR = timedelta(days=2)  #: from its due time and farther lies at the edge
_APART = 5  #: dots of one place stand side by side


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    late: bool


@dataclass(frozen=True, slots=True)
class Strip:
    words: str
    dots: tuple[Dot, ...]
    width: int = DAYS * STEP
    height: int = 2 * HALF


def strip(of: Lately) -> Strip | None:
    """None if nothing has closed: an empty drawing says nothing."""
    if not of.closed:
        return None
    places: dict[tuple[int, int], int] = {}
    return Strip(_words(of), tuple(_dot(one, places) for one in of.closed))


def _words(of: Lately) -> str:
    span = {"first": day(of.first), "last": day(of.last)}
    count, in_time = len(of.closed), len(of.closed) - of.late
    return _(
        "{count} closed from {first} to {last}: {in_time} in time, {late} late",
        count=count,
        in_time=in_time,
        late=of.late,
        **span,
    )


def _dot(one: Closed, places: dict[tuple[int, int], int]) -> Dot:
    far = max(-1.0, min(1.0, one.spare / _FAR))
    y = round(HALF - far * (HALF - 4)) + (4 if one.spare < timedelta(0) else -4 if far < 0.2 else 0)
    place = one.day, y
    places[place] = places.get(place, -1) + 1
    x = one.day * STEP + 4 + places[place] * _APART % (STEP - 6)
    return Dot(x, min(max(y, 3), 2 * HALF - 3), one.spare < timedelta(0))

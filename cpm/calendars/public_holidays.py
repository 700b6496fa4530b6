"""Public holidays of the German Länder, from the `holidays` library, read once per Land and year."""

from datetime import date
from functools import lru_cache

from holidays.countries.germany import Germany

#: What `land` may be: the sixteen Länder by their two letters, and Augsburg with its own 8 August.
LANDS = frozenset(Germany.subdivisions)


def is_holiday(day: date, land: str, *, catholic: bool) -> bool:
    """Whether nobody has to work in that Land on that day.

    `catholic` adds the days that only communes with a Catholic majority keep: Assumption in BY,
    Corpus Christi in parts of SN and TH. Elsewhere it changes nothing.
    """
    return day in _holidays(land, day.year, catholic)


@lru_cache(maxsize=256)
def _holidays(land: str, year: int, catholic: bool) -> frozenset[date]:  # noqa: FBT001 - a cache key
    categories = ("public", "catholic") if catholic else ("public",)
    return frozenset(Germany(subdiv=land, years=year, expand=False, categories=categories))

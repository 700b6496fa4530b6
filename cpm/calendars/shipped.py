"""The calendars of the product and who works by them. Sites change the Land; the rest is data here."""

from dataclasses import replace

from cpm.calendars.calendar import Calendar, hours

#: The Land of a site that has not said where it is; a setting overrides it.
LAND = "NW"

#: A house rule, not holidays: service ends at noon on Christmas Eve and New Year's Eve.
HALF_DAYS = frozenset({(12, 24), (12, 31)})

_CLOSED = hours()
_OFFICE, _OFFICE_FRIDAY = hours("08:00-12:00", "12:45-17:00"), hours("08:00-12:00", "12:45-15:00")

CALENDARS: dict[str, Calendar] = {
    each.name: each
    for each in (
        # Breaks are staggered, so nobody is cut off at noon and none is subtracted.
        Calendar("service", (hours("08:00-18:00"),) * 5 + (_CLOSED,) * 2, LAND, half_days=HALF_DAYS),
        Calendar("office", (_OFFICE,) * 4 + (_OFFICE_FRIDAY,) + (_CLOSED,) * 2, LAND, half_days=HALF_DAYS),
        Calendar(
            "field", (hours("07:00-12:00", "12:30-16:00"),) * 5 + (_CLOSED,) * 2, LAND, half_days=HALF_DAYS
        ),
        # Critical technical incidents with on-call duty.
        Calendar("always", (hours("00:00-24:00"),) * 7, land=None),
    )
}

TEAMS: dict[str, str] = {
    "service": "service",
    "order_desk": "office",
    "sales": "office",
    "marketing": "office",
    "field_service": "field",
    "finance": "office",
    "master_data": "office",
    "privacy": "office",
    # rules/deadlines.dmn counts approvals by office hours; on-call duty is asked for by name.
    "supervisors": "office",
    "management": "office",
    "operations": "office",
}


def calendar(name: str, *, land: str = LAND, catholic: bool = False) -> Calendar:
    """The shipped calendar at a site. Raises ValueError for an unknown name or Land."""
    if name not in CALENDARS:
        raise ValueError(
            f"Expected to find the calendar {name[:40]!r}, but there are only {sorted(CALENDARS)}."
        )
    found = CALENDARS[name]
    return found if found.land is None else replace(found, land=land, catholic=catholic)


def of_team(team: str, *, land: str = LAND, catholic: bool = False) -> Calendar:
    """The calendar a team works by; a team of the customer's own making keeps office hours."""
    return calendar(TEAMS.get(team, "office"), land=land, catholic=catholic)

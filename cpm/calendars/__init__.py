"""Business time: when a site is open, and when a promise that is counted in such time falls due.

Pure: no clock, no database. All instants that come in are aware; all that go out are aware UTC.
"""

from cpm.calendars.business_time import add_open, open_seconds
from cpm.calendars.calendar import Calendar, hours
from cpm.calendars.due import due
from cpm.calendars.shipped import CALENDARS, TEAMS, calendar, of_team

__all__ = [
    "CALENDARS",
    "TEAMS",
    "Calendar",
    "add_open",
    "calendar",
    "due",
    "hours",
    "of_team",
    "open_seconds",
]

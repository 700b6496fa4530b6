"""Business time: when a site is open, and when a promise that is counted in such time falls due.

Pure: no clock, no database. All instants that come in are aware; all that go out are aware UTC.
"""

from cpm.calendars.business_time import add_open, open_seconds
from cpm.calendars.calendar import Calendar, hours
from cpm.calendars.due import counts_business_time, due
from cpm.calendars.files import ALWAYS, Calendars, Unreadable, read
from cpm.calendars.shipped import CALENDARS, SHIPPED, TEAMS, calendar

__all__ = [
    "ALWAYS",
    "CALENDARS",
    "SHIPPED",
    "TEAMS",
    "Calendar",
    "Calendars",
    "Unreadable",
    "add_open",
    "calendar",
    "counts_business_time",
    "due",
    "hours",
    "open_seconds",
    "read",
]

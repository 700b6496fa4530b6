"""Days of all years, by way of Python's dates: the calendar repeats itself after 400 years.

Days have the numbers of `date.toordinal`, continued on both sides.
"""

import calendar
import datetime as dt

_CYCLE = 400  #: years, which are whole weeks
_DAYS_A_CYCLE = 146_097
_FIRST_YEAR = 2000
_FIRST_DAY = dt.date(_FIRST_YEAR, 1, 1).toordinal()


def twin(year: int, month: int, day: int) -> dt.date:
    """The day at the same place of the cycle from 2000 to 2399. Raises ValueError if there is no such day."""
    return dt.date(_FIRST_YEAR + year % _CYCLE, month, day)


def number_of(year: int, month: int, day: int) -> int:
    return twin(year, month, day).toordinal() + (year - _FIRST_YEAR) // _CYCLE * _DAYS_A_CYCLE


def day_of(number: int) -> tuple[int, int, int]:
    """Year, month and day."""
    cycles, rest = divmod(number - _FIRST_DAY, _DAYS_A_CYCLE)
    day = dt.date.fromordinal(_FIRST_DAY + rest)
    return day.year + cycles * _CYCLE, day.month, day.day


def last_day(year: int, month: int) -> int:
    return calendar.monthrange(_FIRST_YEAR + year % _CYCLE, month)[1]


def year_of_clocks(year: int) -> int:
    """The year itself, or one of the same shape at that end of time for which Python knows the clocks of zones."""
    if 1 < year < dt.MAXYEAR:  # at the very ends another zone may have another year, which Python lacks
        return year
    return (_CYCLE if year <= 1 else 23 * _CYCLE) + year % _CYCLE

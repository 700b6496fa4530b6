"""The wanted day of a line, kept in its note.

Tryton's sale has one shipping date, and its lines have none of their own (sale/sale.py, `planned_shipping_date`); no official
module of 8.0 or 8.2 adds one. So the day that the customer wants stands in the line's note, where people there read it too,
and the shipments are arranged by it once there are any (shipping.py).
"""

import re
from datetime import date

_DAY = re.compile(r"^Wunschtermin: (\d{2})\.(\d{2})\.(\d{4})$", re.MULTILINE)


def noted(day: date | None) -> str | None:
    return None if day is None else f"Wunschtermin: {day:%d.%m.%Y}"


def wanted_on(note: str) -> date | None:
    """None also for what is no day: people there may write what they like."""
    if (found := _DAY.search(note)) is None:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None

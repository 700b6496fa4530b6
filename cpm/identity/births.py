"""Dates of birth: which slips of who writes them down still mean the same day."""

from datetime import date

#: By reason: bits for being one person, given one name. What chance alone would give is in `comparing`.
SAME, DAY, MONTH, YEAR, SWAPPED, NEAR, DIFFERENT = 14.0, 4.5, 5.0, 4.0, 9.0, 0.5, -15.0


def likeness(one: date, other: date) -> tuple[float, str]:
    """Bits for or against, and the reason.

    One part wrong is a slip; which one counts by how often two strangers agree in the rest: same day and month
    1 in 365, same year and month 1 in 960, same year and day 1 in 2,400. A wrong year is a slip of one digit.
    """
    if one == other:
        return SAME, "born.same"
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return SWAPPED, "born.swapped"
    year, month, day = one.year == other.year, one.month == other.month, one.day == other.day
    if year and month:
        return DAY, "born.day"
    if year and day:
        return MONTH, "born.month"
    if month and day:
        return (YEAR, "born.year") if _one_digit(one.year, other.year) else (NEAR, "born.year")
    return DIFFERENT, "not.born"


def _one_digit(one: int, other: int) -> bool:
    """1957 and 1987; also 1975 and 1957, two digits in the other order."""
    a, b = f"{one:04}", f"{other:04}"
    wrong = [at for at in range(4) if a[at] != b[at]]
    return len(wrong) == 1 or (len(wrong) == 2 and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]])

"""The one place that reads the time; everything else is handed it."""

from collections.abc import Callable
from datetime import UTC, datetime

#: Answers the present moment, aware and in UTC.
Clock = Callable[[], datetime]


def utcnow() -> datetime:
    return datetime.now(UTC)

"""Dates with a time and an offset or zone."""

import re
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from cpm.bpmn.timing.not_a_time import NotATime
from rules.feel import to_python

#: Java's form, which Camunda 8 takes: an offset, a zone in brackets, or both.
_ZONED = re.compile(r"(?P<local>[^\[\]]{1,60})\[(?P<zone>[\w+/-]{1,60})\]")


def moment(value: Any) -> tuple[datetime, str]:
    """In UTC, with the name of its zone if a text names one; raises NotATime or OverflowError."""
    found, zone = _read(value) if isinstance(value, str) else (to_python(value), "")
    if not isinstance(found, datetime):
        raise NotATime(f"got {value!r:.80}", f"da steht {value!r:.80}")
    if found.utcoffset() is None:
        raise NotATime(
            f"{value!s:.80} has no offset or zone", f"{value!s:.80} hat weder Offset noch Zeitzone"
        )
    return found.astimezone(UTC), zone


def _read(text: str) -> tuple[datetime, str]:
    parts = _ZONED.fullmatch(text.strip())
    try:
        found = datetime.fromisoformat(parts["local"] if parts else text.strip())
    except ValueError:
        raise NotATime(f"got {text!r:.80}", f"da steht {text!r:.80}") from None
    if parts is None:
        return found, ""
    zone = zone_named(parts["zone"])
    return (found if found.tzinfo else found.replace(tzinfo=zone)), parts["zone"]


@lru_cache(maxsize=64)
def zone_named(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: the name of a folder
        raise NotATime(f"there is no zone {name!r}", f"die Zeitzone {name!r} gibt es nicht") from None

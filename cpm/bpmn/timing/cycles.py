"""Cycles: ISO 8601 repeats and cron expressions as rings, one after the other.

A ring that comes late counts once for all that were missed meanwhile, and the next is the first after the present
moment, in the cycle's own rhythm: a worker that was away for a week makes no flood. Camunda 8 does the same
(camunda/camunda, issue 9680 and pull request 10054), but begins a new rhythm then.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from cpm.bpmn.timing.cron import read_cron
from cpm.bpmn.timing.durations import Duration, duration
from cpm.bpmn.timing.moments import moment, zone_named
from cpm.bpmn.timing.not_a_time import NotATime

#: Faster, one case would keep a worker busy.
_FASTEST = timedelta(seconds=1)
_REPEAT = re.compile(r"R(?P<times>-1|\d{0,9})/(?P<rest>.+)")


@dataclass(frozen=True, slots=True)
class Due:
    """When a timer rings, and for a cycle: how often still (None for ever) and in which rhythm."""

    at: datetime  #: aware UTC
    left: int | None = 1
    every: str = ""  #: an ISO 8601 duration or a cron expression
    since: datetime | None = None  #: aware UTC: what the rings are counted from; None for this one
    n: int = 0  #: `at` is this many times `every` after `since`
    zone: str = ""  #: in which days are counted, if the model names one

    def following(self, now: datetime) -> "tuple[Due, datetime | None] | None":
        """The cycle's next ring, later than this one and than `now`; with the first that was missed, if one was.

        Lateness does not add up. None after the last, and when the next is beyond the year 9999: nobody waits for that.
        """
        if self.left == 1:
            return None
        left = None if self.left is None else self.left - 1
        zone = zone_named(self.zone) if self.zone else now.tzinfo
        assert zone is not None
        try:
            natural = self._after(self.at, zone)
            reached = natural if natural.at > now else self._after(now, zone)
        except (OverflowError, NotATime):
            return None
        return replace(reached, left=left), natural.at if natural.at <= now else None

    def _after(self, moment: datetime, zone: tzinfo) -> "Due":
        if not self.every.startswith("P"):
            return replace(self, at=_cron_after(self.every, moment.astimezone(zone)))
        every, since = duration(self.every), (self.since or self.at).astimezone(zone)
        n = _first(every, since, moment, self.n if self.since else 0)
        return replace(self, at=every.after(since, n), since=self.since or self.at, n=n)


def cycle(value: Any, now: datetime) -> Due:
    """The first ring of an ISO 8601 repeat or of a cron expression; raises NotATime or OverflowError."""
    if not isinstance(value, str):
        raise NotATime(f"got {value!r:.80}", f"da steht {value!r:.80}")
    text = value.strip()
    if not text.startswith("R"):
        return Due(_cron_after(text, now), None, text)
    parts = _REPEAT.fullmatch(text)
    if parts is None:
        raise NotATime(f"got {text!r:.80}", f"da steht {text!r:.80}")
    # R0 rings once, as in Camunda 8
    times = None if parts["times"] in {"", "-1"} else max(1, int(parts["times"]))
    begin, _, end = parts["rest"].rpartition("/")
    return _repeat(begin, end, times, now)


def _repeat(begin: str, end: str, times: int | None, now: datetime) -> Due:
    if begin.startswith("P"):
        raise NotATime(
            f"{begin}/{end} can be counted back from its end or on to it; write the start before the duration",
            f"{begin}/{end} lässt offen, ob vom Ende her gezählt wird; der Anfang gehört vor die Dauer",
        )
    since, zone = moment(begin) if begin else (now.astimezone(UTC), "")
    every = end if end.startswith("P") else f"PT{_seconds(moment(end)[0] - since)}S"
    if duration(every).after(since) - since < _FASTEST:
        raise NotATime(f"{every!r} is less than a second", f"{every!r} ist kürzer als eine Sekunde")
    counted = since.astimezone(zone_named(zone) if zone else now.tzinfo)
    n = _first(duration(every), counted, now, -1) if begin else 1
    if times is not None and begin:
        n = min(n, times - 1)  # all of it is over: the last rings now
        times -= n
    return Due(duration(every).after(counted, n), times, every, since, n, zone)


def _seconds(span: timedelta) -> int:
    return max(0, int(span.total_seconds()))


def _cron_after(text: str, moment: datetime) -> datetime:
    found = read_cron(text).after(moment)
    if found is None:
        raise OverflowError(f"{text!r} does not come again")
    return found


def _first(every: Duration, since: datetime, moment: datetime, n: int) -> int:
    """The first number above `n` whose ring is later than the moment: found by halving, however many lie between."""
    step = 1
    while _before(every, since, n + step, moment):
        step *= 2
    low, high = n + step // 2, n + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _before(every, since, middle, moment) else (low, middle)
    return high


def _before(every: Duration, since: datetime, n: int, moment: datetime) -> bool:
    """Is the ring of that number no later than the moment? One beyond the year 9999 is later than any."""
    try:
        return every.after(since, n) <= moment
    except OverflowError:
        return False

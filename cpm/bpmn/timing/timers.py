"""ISO 8601 dates, durations and cycles as due times. The present moment is handed in; no clock is read.

Its zone is the house's: by it days are counted and cron expressions are read.
"""

from datetime import UTC, datetime
from typing import Any

from cpm.bpmn.findings import Reason
from cpm.bpmn.formula import Trouble
from cpm.bpmn.model import Event, TimerKind
from cpm.bpmn.timing import moments
from cpm.bpmn.timing.cycles import Due, cycle
from cpm.bpmn.timing.durations import duration
from cpm.bpmn.timing.not_a_time import NotATime

_WORDS = {
    "timeDate": "date and time with an offset",
    "timeDuration": "duration as in ISO 8601 ('PT1H', 'P3D', 'P1M')",
    "timeCycle": "cycle as in ISO 8601 ('R3/PT1H', 'R/P1D') or cron with seconds first ('0 0 9 * * MON-FRI')",
}
_GERMAN = {
    "timeDate": "ein Datum mit Uhrzeit und Zeitzone",
    "timeDuration": "eine Dauer nach ISO 8601 ('PT1H', 'P3D', 'P1M')",
    "timeCycle": "ein Zyklus nach ISO 8601 ('R3/PT1H', 'R/P1D') oder ein Cron-Ausdruck, der mit Sekunden beginnt ('0 0 9 * * MON-FRI')",
}
_ANY = datetime(2000, 1, 1, tzinfo=UTC)


def due(kind: TimerKind, value: Any, now: datetime) -> Due:
    """Raises Trouble for a value that is no date, duration or cycle."""
    try:
        return _due(kind, value, now)
    except (ValueError, OverflowError) as error:
        raise Trouble("not_a_time", f"Expected a {_WORDS[kind]}, but {error}.") from error


def _due(kind: TimerKind, value: Any, now: datetime) -> Due:
    match kind:
        case "timeDate":
            return Due(moments.moment(value)[0])
        case "timeDuration":
            return Due(duration(value).after(now))
        case "timeCycle":
            return cycle(value, now)


def moment(value: Any) -> datetime:
    """An aware UTC datetime from a FEEL value or ISO text; ValueError for anything else."""
    try:
        return moments.moment(value)[0]
    except OverflowError as error:
        raise ValueError(f"{value!s} is out of range") from error


def check_fixed(kind: TimerKind, text: str) -> Reason | None:
    """What is wrong with a timer's fixed text."""
    try:
        _due(kind, text, _ANY)
    except NotATime as error:
        return _reason(kind, str(error), error.german)
    except (ValueError, OverflowError):
        return _reason(kind, f"{text!r:.80} is out of range", f"{text!r:.80} reicht zu weit")
    return None


def endless(event: Event) -> bool:
    """Is it a cycle that the model lets ring for ever?"""
    if event.kind != "timer" or event.timer != "timeCycle" or event.value is None or not event.value.fixed:
        return False
    try:
        return _due("timeCycle", event.value.text, _ANY).left is None
    except (ValueError, OverflowError):
        return False  # it is refused anyway


def _reason(kind: TimerKind, english: str, german: str) -> Reason:
    return Reason(
        f"Expected a {_WORDS[kind]}, but {english}.",
        f"Hier muss {_GERMAN[kind]} stehen, aber {german}.",
        "10.5.5",
    )

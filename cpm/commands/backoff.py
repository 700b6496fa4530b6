"""How long a job waits before it is tried again."""

import random
from datetime import timedelta

from cpm.errors import Invalid
from cpm.model import Job
from rules import feel

#: Waits between a first try and the retries (PROCESSES 1); the last one repeats.
USUAL = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 900, 3600))
#: The task header by which a model asks for other waits, e.g. PT10S,PT1M.
HEADER = "retryBackoff"


def wait(job: Job) -> timedelta:
    """Between half of the wait that is due and all of it, so that a herd does not come back at once."""
    header = job.payload.get("headers", {}).get(HEADER)
    steps = read(header) if header else USUAL
    return steps[min(job.attempts, len(steps)) - 1] * random.uniform(0.5, 1)  # noqa: S311 - no secret


def read(header: str) -> tuple[timedelta, ...]:
    """The waits that a header names; Invalid unless each is an ISO 8601 duration above zero."""
    steps = [feel.compile_expression("duration(text)")({"text": part.strip()}) for part in header.split(",")]
    waits = tuple(step for step in steps if isinstance(step, timedelta) and step > timedelta(0))
    if len(waits) < len(steps):
        raise Invalid(
            f"Expected {HEADER} to be durations like PT10S,PT1M, but it is {header!r}",
            de=f"{HEADER} nennt Dauern wie PT10S,PT1M, hier steht {header!r}",
        )
    return waits

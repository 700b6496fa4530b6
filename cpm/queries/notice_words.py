"""What a call that tells a customer something is about, and what that is called."""

from collections.abc import Mapping

from cpm.model import Case, Job
from cpm.queries import wording
from cpm.uow import UnitOfWork

TYPE = "notice.send"
#: Under this name a job's payload says until when its notice waits, and why.
WAITS = "waits"


def event_of(job: Job) -> str | None:
    """What the customer is told by this call; None if it is another one."""
    return str(job.payload["inputs"].get("event")) if job.type == TYPE else None


def subject(look: UnitOfWork, case: Case, event: str, language: str, values: object = None) -> str:
    """What a notice is called: its subject, as far as it says something of every case or these words are known; else the event."""
    text = look.bundle(case).texts.get(language, {}).get("notices", {}).get(event, {}).get("subject")
    given = values if isinstance(values, Mapping) else {}
    words = {name: value for name, value in given.items() if isinstance(value, str)}
    known = {**words, "case_no": case.number, "firm": look.settings.firm}
    return wording.filled(str(text), known, language, look.settings.zone) if text else event

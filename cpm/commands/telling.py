"""What becomes of a notice that does not leave by itself at once: it waits, somebody prints or says it, or it is left out."""

from typing import Any

from cpm.channels import Attachment
from cpm.commands import asking, documents, incidents, interactions, notices
from cpm.commands.incidents import Trouble
from cpm.commands.notices import Plan
from cpm.connectors import Call, Done, Failed, Sent
from cpm.connectors.notice import letter
from cpm.model import Case, Incident, Job, Origin
from cpm.queries.notice_words import TYPE, WAITS, event_of, subject
from cpm.uow import UnitOfWork

CONNECTOR = "notice"  #: as exceptions.dmn knows what somebody has to tell
SKIPPED = "notice_skipped"  #: the variable that tells the process


def otherwise(uow: UnitOfWork, job: Job) -> Done | Failed | None:
    """For a leased job; what the process hears. None: the job waits, or its incident is with somebody."""
    case, found = job.case, notices.plan(uow, job)
    assert case is not None, "a notice is about a case"
    if found.leaves(uow.now):
        _put_off(uow, job, uow.now)
        return None
    if found.send != "none" and found.at > uow.now:
        _wait(uow, case, job, found)
        return None
    asking.journal(uow, case, found.evidence)
    if found.send == "none":
        return left_out(uow, case, job, found.reason)
    return _by_hand(uow, case, job, found)


def told_by_hand(uow: UnitOfWork, incident: Incident) -> None:
    """Somebody has printed or said it: it stands in the history like a mail."""
    facts = incident.facts
    if incident.connector != CONNECTOR or "text" not in facts:
        return
    channel = incident.code.removeprefix("by_")
    key = f"notice/{incident.id}"
    to = (str(facts["to"]),) if facts.get("to") else ()
    title, text = str(facts["subject"]), str(facts["text"])
    sent = Sent(channel, key, to, title, text, notice=str(facts["event"]))
    interactions.sent(uow, incident.case, sent)


def _wait(uow: UnitOfWork, case: Case, job: Job, found: Plan) -> None:
    known = job.payload.get(WAITS)
    job.payload = {**job.payload, WAITS: {"until": found.at, "de": found.reason[0], "en": found.reason[1]}}
    _put_off(uow, job, found.at)
    if known is None or known["until"] != found.at:
        de, en = names(uow, case, found.event)
        uow.record(
            case,
            "notice.postponed",
            until=found.at,
            event=found.event,
            title=de,
            title_en=en,
            reason=found.reason[0],
            reason_en=found.reason[1],
        )


def _put_off(uow: UnitOfWork, job: Job, until: Any) -> None:
    """It was no attempt: nothing has been tried."""
    job.attempts -= 1
    job.run_at, job.token, job.worker = max(until, uow.now), None, None
    job.move("postpone")


def left_out(uow: UnitOfWork, case: Case, job: Job, reason: tuple[str, str]) -> Done:
    event = event_of(job) or ""
    de, en = names(uow, case, event)
    uow.record(
        case,
        "notice.skipped",
        event=event,
        title=de,
        title_en=en,
        reason=reason[0],
        reason_en=reason[1],
        element=job.element,
    )
    return Done({SKIPPED: reason[case.language == "en"]})


def _by_hand(uow: UnitOfWork, case: Case, job: Job, found: Plan) -> Failed | None:
    """An exception of the team that prints or calls; when they have done it, the process goes on."""
    written = letter(_call(uow, case, job, found), firm=uow.settings.firm)
    if isinstance(written, Failed):
        return written
    title, text = written
    job.move("set aside")
    job.token, job.worker = None, None
    why = f"{title}: told by {found.send}, because no e-mail reaches the customer."
    facts = {"event": found.event, "to": found.to, "subject": title, "text": text}
    code = f"by_{found.send}"
    trouble = Trouble(Origin.JOB, CONNECTOR, code, why, job.element, node=job.node, facts=facts)
    incident = incidents.raise_incident(uow, case, trouble, job=job)
    if found.send == "letter":
        page = Attachment(f"{title}.txt", "text/plain", text.encode())
        documents.attach(uow, case, page, incident=incident)
    de, en = names(uow, case, found.event)
    uow.record(case, "notice.by_hand", event=found.event, title=de, title_en=en, channel=found.send)
    return None


def _call(uow: UnitOfWork, case: Case, job: Job, found: Plan) -> Call:
    return Call(
        operation=TYPE,
        inputs=notices.texts_for(uow, case, job.payload["inputs"], found),
        headers={},
        key=job.key,
        attempt=1,
        case_number=case.number,
        case_id=case.id,
        message_id="",
        texts=uow.bundle(case).texts,
        now=uow.local_now,
    )


def names(uow: UnitOfWork, case: Case, event: str) -> tuple[str, str]:
    """What the notice is called, in German and in English."""
    return subject(uow, case, event, "de"), subject(uow, case, event, "en")

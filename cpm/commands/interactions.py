"""Receive what customers send: store it as it came, then file it once, on the case it answers or on a new one."""

import hashlib
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from cpm.bpmn import StartEvent
from cpm.channels import Inbound, Unreadable, email, message_ids
from cpm.commands import cases, correlation, customers, documents, matching
from cpm.commands import process as processes
from cpm.connectors import Sent
from cpm.errors import CpmError, WrongState
from cpm.model import (
    Arrival,
    ArrivalState,
    Case,
    CaseState,
    Direction,
    Interaction,
    Job,
    JobKind,
    JobState,
)
from cpm.uow import UnitOfWork

#: RFC 5322 2.1.1 allows no longer lines, and no index of PostgreSQL holds much longer keys.
_LONGEST_KEY = 998
#: More cases than this from one customer within an hour are a machine that answers our receipts.
_MOST_CASES_AN_HOUR = 10
#: The message that a process waits for when it wrote to the customer.
REPLIED = "customer_replied"
#: The message that a process may listen for all the time: whatever the customer writes, answer or not.
WROTE = "customer_wrote"


class LoopSuspected(CpmError):
    """Two machines seem to answer each other."""

    status = 429


def store(uow: UnitOfWork, raw: bytes, *, process: str, channel: str = "email") -> Arrival:
    """Keep the message byte for byte; a job files it. The same bytes again are the same arrival."""
    digest = hashlib.sha256(raw).hexdigest()
    known = select(Arrival).where(Arrival.digest == digest)
    if (found := uow.session.scalar(known)) is not None:
        return found
    row = {
        "channel": channel,
        "digest": digest,
        "raw": raw,
        "process": process,
        "state": ArrivalState.STORED,
        "received_at": uow.now,
    }
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    # it waits for another command that is just storing the same
    stored = dialect.insert(Arrival).values(row).on_conflict_do_nothing(index_elements=["digest"])
    made: Arrival | None = uow.session.scalar(stored.returning(Arrival))
    if made is None:
        return uow.session.scalars(known).one()
    _enqueue_filing(uow, made)
    return made


def file(uow: UnitOfWork, arrival_id: int) -> Arrival:
    """File a stored message; what cannot be read is quarantined with the reason. Twice changes nothing."""
    arrival = uow.get(Arrival, arrival_id)
    uow.session.flush()
    # `cpm receive` and a worker may both be about to file it; who comes second sees that it is done
    uow.session.refresh(arrival, ["state"], with_for_update={"key_share": True})
    if arrival.state != ArrivalState.STORED:
        return arrival
    try:
        inbound = email.parse(arrival.raw)
    except Unreadable as error:
        quarantine(uow, arrival_id, error.reason)
        return arrival
    if inbound.message_id and message_ids.read(uow.settings.secret, inbound.message_id):
        quarantine(uow, arrival_id, "Our own mail came back to us: does a rule forward it in a circle?")
        return arrival
    try:
        arrival.interaction = receive(uow, inbound, process=arrival.process)
    except LoopSuspected as error:
        quarantine(uow, arrival_id, str(error))
        return arrival
    arrival.reason = None
    arrival.move("file")
    return arrival


def receive(uow: UnitOfWork, inbound: Inbound, *, process: str) -> Interaction:
    """File a message on the case it answers, else open a case for it; a machine's mail opens none.

    Receiving the same message twice changes nothing.
    """
    seen, key = _seen(uow, inbound)
    if seen is not None:
        return seen
    answered = matching.answered(uow, inbound)
    if inbound.automatic:
        return _filed(uow, inbound, key, answered)
    if answered is None:
        return _opened(uow, inbound, key, process, earlier=None)
    if answered.state == CaseState.OPEN:
        interaction = _filed(uow, inbound, key, answered)
        _tell_process(uow, answered, inbound)
        correlation.correlate(uow, REPLIED, answered.number, key, _said(inbound), case=answered)
        return interaction
    if (start := _reopening(uow, answered)) is not None:
        interaction = _filed(uow, inbound, key, answered)
        cases.reopen(uow, answered, at=start.id, data=_said(inbound))
        _tell_process(uow, answered, inbound)
        return interaction
    return _opened(uow, inbound, key, process, earlier=answered)


def sent(uow: UnitOfWork, case: Case, message: Sent) -> Interaction:
    """File what went out, so that the case shows it and an answer finds its way back."""
    key = message.message_id
    if (seen := uow.session.scalar(select(Interaction).where(Interaction.message_key == key))) is not None:
        return seen
    interaction = Interaction(
        case_id=case.id,
        direction=Direction.OUT,
        channel=message.channel,
        message_key=key,
        sender=uow.settings.mail_from,
        recipients=list(message.recipients),
        subject=message.subject,
        text=message.text,
        at=uow.now,
    )
    uow.session.add(interaction)
    uow.record(
        case,
        "interaction.sent",
        channel=message.channel,
        to=list(message.recipients),
        subject=message.subject,
        message_id=key,
    )
    return interaction


def quarantine(uow: UnitOfWork, arrival_id: int, reason: str) -> None:
    """Set a message aside that cannot be filed; nothing of it is lost, and it can be retried."""
    arrival = uow.get(Arrival, arrival_id)
    arrival.move("quarantine")
    arrival.reason = reason


def retry(uow: UnitOfWork, arrival_id: int) -> Arrival:
    """Try to file a quarantined message again."""
    arrival = uow.get(Arrival, arrival_id)
    if arrival.state != ArrivalState.QUARANTINED:
        raise WrongState(f"Expected message {arrival_id} to be quarantined, but it is {arrival.state}")
    arrival.move("retry")
    return file(uow, arrival_id)


def _enqueue_filing(uow: UnitOfWork, arrival: Arrival) -> None:
    uow.session.add(
        Job(
            kind=JobKind.FILING,
            queue="intake",
            key=f"arrival/{arrival.id}",
            state=JobState.READY,
            run_at=uow.now,
            payload={"arrival": arrival.id},
        )
    )


def _tell_process(uow: UnitOfWork, case: Case, inbound: Inbound) -> None:
    """Now or never: who listens for everything hears it as it comes."""
    correlation.correlate_now(uow, WROTE, case, _said(inbound))


def _opened(
    uow: UnitOfWork, inbound: Inbound, key: str, process: str, *, earlier: Case | None
) -> Interaction:
    customer = customers.of_address(uow, inbound.sender, name=inbound.sender_name, language=inbound.language)
    if cases.opened_within(uow, customer, timedelta(hours=1)) >= _MOST_CASES_AN_HOUR:
        raise LoopSuspected(
            f"Expected a person to write, but {inbound.sender} has opened {_MOST_CASES_AN_HOUR} cases within an hour"
        )
    case = cases.open_case(
        uow,
        customer,
        process=process,
        subject=inbound.subject,
        channel=inbound.channel,
        language=inbound.language,
        data={"email": inbound.sender, "text": inbound.text, "last_message_id": inbound.message_id},
        earlier=earlier,
    )
    interaction = _filed(uow, inbound, key, case)
    processes.start(uow, case)
    return interaction


def _seen(uow: UnitOfWork, inbound: Inbound) -> tuple[Interaction | None, str]:
    """The same message as filed before, if it was, and the key to file this one under.

    The same Message-ID alone proves nothing: broken senders use one twice, and strangers may use another's.
    """
    for key in (inbound.message_id, inbound.digest):
        if key is None or len(key.encode()) > _LONGEST_KEY:
            continue
        known = uow.session.scalar(select(Interaction).where(Interaction.message_key == key))
        if known is None:
            return None, key
        if (known.sender, known.text) == (inbound.sender, inbound.full_text):
            return known, key
    return None, f"{inbound.digest}/{uow.now:%Y%m%dT%H%M%S%f}"


def _filed(uow: UnitOfWork, inbound: Inbound, key: str, case: Case | None) -> Interaction:
    interaction = Interaction(
        case_id=case and case.id,
        direction=Direction.IN,
        channel=inbound.channel,
        message_key=key,
        sender=inbound.sender,
        recipients=list(inbound.recipients),
        subject=inbound.subject,
        text=inbound.full_text,
        automatic=inbound.automatic,
        at=uow.now,
    )
    uow.session.add(interaction)
    if case is not None:
        uow.session.flush()
        uow.record(
            case,
            "interaction.received",
            channel=inbound.channel,
            sender=inbound.sender,
            subject=inbound.subject,
            automatic=inbound.automatic,
        )
        for attachment in inbound.attachments:
            documents.attach(uow, case, attachment, interaction=interaction)
    return interaction


def _reopening(uow: UnitOfWork, case: Case) -> StartEvent | None:
    """The start event at which a reply opens this closed case again, if the model has one and it is not too late."""
    if case.closed_at is None or uow.now - case.closed_at > cases.REOPENS:
        return None
    starts = uow.bundle(case).program.starts
    return next((start for start in starts if start.message == REPLIED), None)


def _said(inbound: Inbound) -> dict[str, str | None]:
    return {
        "reply_subject": inbound.subject,
        "reply_text": inbound.text,
        "last_message_id": inbound.message_id,
    }

"""Keep what customers send as it came, file it once, and set aside what cannot be filed; file what we send."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from cpm.channels import Inbound, Unreadable, email, message_ids, webform
from cpm.commands import administering, audit, caps, checks, holding, intake, receiving
from cpm.connectors import Sent
from cpm.errors import Suspended, WrongState
from cpm.model import (
    Arrival,
    ArrivalState,
    Case,
    Direction,
    Interaction,
    Job,
    JobKind,
    JobState,
    RawMessage,
)
from cpm.policies import PolicyRefusal
from cpm.queries import mailboxes
from cpm.uow import UnitOfWork

_PARSE = {webform.CHANNEL: webform.parse, webform.STATUS: webform.parse_status}


def store(
    uow: UnitOfWork, raw: bytes, *, process: str, channel: str = "email", mailbox: str | None = None
) -> Arrival:
    """Keep the message byte for byte; a job files it. The same bytes again are the same arrival."""
    row = {"channel": channel, "process": process, "mailbox": mailbox, "state": ArrivalState.STORED}
    arrival, new = _kept(uow, raw, {**row, "size": len(raw)})
    if new:
        _enqueue_filing(uow, arrival)
    return arrival


def store_beginning(
    uow: UnitOfWork, raw: bytes, *, size: int, reason: str, process: str, mailbox: str
) -> Arrival:
    """Of a mail that is too large: where it came from and what it is about. It is quarantined for good."""
    row = {"channel": "email", "process": process, "mailbox": mailbox, "size": size, "cut": True}
    return _kept(uow, raw, {**row, "state": ArrivalState.QUARANTINED, "reason": reason})[0]


def _kept(uow: UnitOfWork, raw: bytes, row: Mapping[str, Any]) -> tuple[Arrival, bool]:
    """And whether it is new."""
    digest = hashlib.sha256(raw).hexdigest()
    known = select(Arrival).where(Arrival.digest == digest)
    if (found := uow.session.scalar(known)) is not None:
        return found, False
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    new = {**row, "digest": digest, "received_at": uow.now}
    # it waits for another command that is just storing the same
    stored = dialect.insert(Arrival).values(new).on_conflict_do_nothing(index_elements=["digest"])
    made: Arrival | None = uow.session.scalar(stored.returning(Arrival))
    if made is None:
        return uow.session.scalars(known).one(), False
    uow.session.execute(insert(RawMessage).values(arrival_id=made.id, content=raw))
    return made, True


def file(uow: UnitOfWork, arrival_id: int) -> Arrival:
    """File a stored message; what cannot be read is quarantined with the reason. Twice changes nothing."""
    arrival = uow.get(Arrival, arrival_id)
    uow.session.flush()
    # `cpm receive` and a worker may both be about to file it; who comes second sees that it is done
    uow.session.refresh(arrival, ["state"], with_for_update={"key_share": True})
    if arrival.state != ArrivalState.STORED:
        return arrival
    try:
        inbound = _parsed(uow, arrival)
    except Unreadable as error:
        quarantine(uow, arrival_id, error.reason)
        return arrival
    if inbound.message_id and message_ids.read(uow.settings.secret, inbound.message_id):
        quarantine(uow, arrival_id, "Our own mail came back to us: does a rule forward it in a circle?")
        return arrival
    try:
        chosen = arrival.process != intake.USUAL or arrival.channel != "email"
        arrival.interaction = receiving.receive(uow, inbound, process=arrival.process, chosen=chosen)
    except (receiving.LoopSuspected, PolicyRefusal) as error:
        quarantine(uow, arrival_id, str(error))
        return arrival
    except Suspended as error:
        _wait(uow, arrival, error)
        return arrival
    arrival.reason = None
    arrival.move("file")
    return arrival


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
        automatic=message.automatic or None,
        notice=message.notice or None,
        at=uow.now,
    )
    uow.session.add(interaction)
    caps.count(uow, interaction)
    uow.record(
        case,
        "interaction.sent",
        channel=message.channel,
        to=list(message.recipients),
        subject=message.subject,
        message_id=key,
        files=list(message.files) or None,
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
        raise WrongState(
            f"Expected message {arrival_id} to be quarantined, but it is {arrival.state}",
            de="Diese Nachricht ist nicht (mehr) in Quarantäne.",
        )
    if arrival.cut:
        raise WrongState(
            f"Expected the whole of message {arrival_id}, but only its beginning is kept: it was too large",
            de="Von dieser Nachricht ist nur der Anfang da, sie war zu groß. Sie liegt noch in ihrem Postfach.",
        )
    arrival.move("retry")
    return file(uow, arrival_id)


def discard(uow: UnitOfWork, arrival_id: int, *, why: str) -> Arrival:
    """Somebody has looked at a quarantined message, and nothing is to be filed; it is kept all the same."""
    administering.must_be_allowed(uow)
    why = checks.plain_text("why", why)
    arrival = uow.get(Arrival, arrival_id)
    if arrival.state != ArrivalState.QUARANTINED:
        raise WrongState(
            f"Expected message {arrival_id} to be quarantined, but it is {arrival.state}",
            de="Diese Nachricht ist nicht (mehr) in Quarantäne.",
        )
    arrival.move("discard")
    audit.record(uow, "message.discarded", message=arrival_id, reason=arrival.reason, why=why)
    return arrival


def _parsed(uow: UnitOfWork, arrival: Arrival) -> Inbound:
    raw = uow.get(RawMessage, arrival.id).content
    if arrival.channel == "email":
        return email.parse(raw, mailboxes.our_addresses(uow))
    return _PARSE[arrival.channel](raw)


def _wait(uow: UnitOfWork, arrival: Arrival, refused: Suspended) -> None:
    """The process that it begins is suspended: it is filed when that goes on."""
    arrival.reason = str(refused)
    uow.session.execute(delete(Job).where(Job.key == _key(arrival)))
    state = JobState.HELD if holding.are_suspended(uow, refused.process) else JobState.READY
    uow.session.add(_filing(uow, arrival, state=state, process=refused.process))


def _enqueue_filing(uow: UnitOfWork, arrival: Arrival) -> None:
    uow.session.add(_filing(uow, arrival, state=JobState.READY))


def _filing(uow: UnitOfWork, arrival: Arrival, **more: Any) -> Job:
    told = {"arrival": arrival.id}
    place = {"kind": JobKind.FILING, "queue": "intake", "key": _key(arrival), "run_at": uow.now}
    return Job(payload=told, **place, **more)


def _key(arrival: Arrival) -> str:
    return f"arrival/{arrival.id}"

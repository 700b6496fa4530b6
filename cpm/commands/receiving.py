"""What a customer said, on whatever channel: filed once, on the case it answers or on a new one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from cpm.bpmn import StartEvent
from cpm.channels import Inbound
from cpm.commands import cases, correlation, customers, documents, holding, identifiers, intake, matching
from cpm.commands import process as processes
from cpm.commands.intake import Begins
from cpm.commands.starting import BY_MESSAGE, BY_SIGNAL
from cpm.errors import CpmError
from cpm.model import (
    Case,
    CaseState,
    Customer,
    Direction,
    Identifier,
    Interaction,
    Job,
    JobKind,
    JobState,
)
from cpm.model.message import REPLIED, WROTE
from cpm.uow import UnitOfWork

#: RFC 5322 2.1.1 allows no longer lines, and no index of PostgreSQL holds much longer keys.
_LONGEST_KEY = 998
#: More cases than this from one customer within an hour are a machine that answers our receipts.
_MOST_CASES_AN_HOUR = 10
_NOTHING: Mapping[str, Any] = {}


class LoopSuspected(CpmError):
    """Two machines seem to answer each other."""

    status = 429


def receive(
    uow: UnitOfWork, inbound: Inbound, *, process: str, case: Case | None = None, chosen: bool = True
) -> Interaction:
    """File a message on the case it answers, else open a case for it; a machine's mail opens none.

    `case`: the one it is about, where somebody who may say so did; it is locked. `chosen`: whoever sent it has named
    the process. Receiving the same message twice changes nothing.
    """
    seen, key = _seen(uow, inbound)
    if seen is not None:
        return seen
    answered = case or matching.answered(uow, inbound)
    if inbound.automatic:
        return _filed(uow, inbound, key, answered)
    if answered is None:
        return _opened(uow, inbound, key, process, earlier=None, chosen=chosen)
    if answered.state == CaseState.OPEN:
        interaction = _filed(uow, inbound, key, answered)
        told = {"said": _said(inbound), "key": key}
        _tell_later(uow, answered, told) if answered.id in uow.suspended else tell(uow, answered, told)
        return interaction
    if (start := _reopening(uow, answered)) is not None:
        holding.must_go_on(uow, answered)
        interaction = _filed(uow, inbound, key, answered)
        cases.reopen(uow, answered, at=start.id, data=_said(inbound))
        correlation.correlate_now(uow, WROTE, answered, _said(inbound))
        return interaction
    return _opened(uow, inbound, key, process, earlier=answered, chosen=chosen)


def tell(uow: UnitOfWork, case: Case, told: Mapping[str, Any]) -> None:
    """Let the process hear what was said: who listens for everything now or never, who waits for an answer also later."""
    correlation.correlate_now(uow, WROTE, case, told["said"])
    correlation.correlate(uow, REPLIED, case.number, told["key"], told["said"], case=case)


def _tell_later(uow: UnitOfWork, case: Case, told: Mapping[str, Any]) -> None:
    """The case stands still: its process hears it when it goes on. The promoter holds it."""
    place = {"kind": JobKind.MESSAGE, "queue": "engine", "state": JobState.WAITING, "run_at": uow.now}
    uow.session.add(Job(case_id=case.id, key=f"said/{case.id}/{told['key']}", payload=dict(told), **place))


def _opened(
    uow: UnitOfWork, inbound: Inbound, key: str, process: str, *, earlier: Case | None, chosen: bool
) -> Interaction:
    kind = identifiers.EMAIL if "@" in inbound.sender else identifiers.PHONE
    customer = customers.of_address(
        uow, inbound.sender, name=inbound.sender_name, language=inbound.language, kind=kind
    )
    lately = cases.opened_within(uow, customer, timedelta(hours=1), without=(BY_MESSAGE, BY_SIGNAL))
    if lately >= _MOST_CASES_AN_HOUR:
        raise LoopSuspected(
            f"Expected a person to write, but {inbound.sender} has opened {_MOST_CASES_AN_HOUR} cases within an hour",
            de=f"Dieser Absender hat in einer Stunde schon {_MOST_CASES_AN_HOUR} Vorgänge eröffnet.",
        )
    begins = intake.begins(uow, inbound, customer, process=process, chosen=chosen)
    return begin(
        uow, customer, inbound, key, begins.process, data=inbound.data, earlier=earlier, begins=begins
    )


def begin(
    uow: UnitOfWork,
    customer: Customer,
    inbound: Inbound,
    key: str,
    process: str,
    *,
    data: Mapping[str, Any] = _NOTHING,
    earlier: Case | None = None,
    begins: Begins | None = None,
) -> Interaction:
    """Open a case for what this customer said, and let its process begin. `key` files the message once."""
    said = {"email": _email(uow, customer, inbound), "text": inbound.text}
    case = cases.open_case(
        uow,
        customer,
        process=process,
        subject=inbound.subject,
        channel=inbound.channel,
        language=inbound.language,
        data={**said, "last_message_id": inbound.message_id, **data},
        earlier=earlier,
        begins=begins,
    )
    interaction = _filed(uow, inbound, key, case)
    processes.start(uow, case)
    return interaction


def _email(uow: UnitOfWork, customer: Customer, inbound: Inbound) -> str | None:
    """Where an answer by mail goes: to where it came from, else to the customer's first address."""
    if "@" in inbound.sender:
        return inbound.sender
    known = select(Identifier.value).where(
        Identifier.customer_id == customer.id, Identifier.kind == identifiers.EMAIL
    )
    return uow.session.scalar(known.order_by(Identifier.id).limit(1))


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

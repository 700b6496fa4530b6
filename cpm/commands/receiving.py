"""What a customer said, on whatever channel: filed once, on the case it answers or on a new one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from cpm.channels import Inbound
from cpm.commands import (
    bounces,
    cases,
    continuing,
    customers,
    documents,
    identifiers,
    identity,
    intake,
    matching,
    triage,
)
from cpm.commands import process as processes
from cpm.commands.intake import Begins
from cpm.commands.starting import BY_MESSAGE, BY_SIGNAL
from cpm.errors import CpmError
from cpm.model import (
    Case,
    Customer,
    Direction,
    Identifier,
    Interaction,
)
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
    if answered is None or not continuing.hears(uow, answered):
        return _opened(uow, inbound, key, process, earlier=answered, chosen=chosen)
    interaction = _filed(uow, inbound, key, answered)
    continuing.hear(uow, answered, _said(inbound), key=key)
    return interaction


def _opened(
    uow: UnitOfWork, inbound: Inbound, key: str, process: str, *, earlier: Case | None, chosen: bool
) -> Interaction:
    who = identity.of_message(uow, inbound)
    customer = who.customer or _new_customer(uow, inbound)
    lately = cases.opened_within(uow, customer, timedelta(hours=1), without=(BY_MESSAGE, BY_SIGNAL))
    if lately >= _MOST_CASES_AN_HOUR:
        raise LoopSuspected(
            f"Expected a person to write, but {inbound.sender} has opened {_MOST_CASES_AN_HOUR} cases within an hour",
            de=f"Dieser Absender hat in einer Stunde schon {_MOST_CASES_AN_HOUR} Vorgänge eröffnet.",
        )
    begins = intake.begins(uow, inbound, customer, process=process, chosen=chosen)
    if earlier is not None:
        return begin(
            uow, customer, inbound, key, begins.process, data=inbound.data, earlier=earlier, begins=begins
        )
    if who.candidates:
        identity.suggest(uow, customer, who.candidates)
    placed = triage.sort(uow, inbound, customer, who, begins, chosen=chosen)
    data = {**inbound.data, **placed.data}
    interaction = begin(uow, customer, inbound, key, placed.begins.process, data=data, begins=placed.begins)
    if placed.suggestions:
        triage.note(uow, uow.get(Case, interaction.case_id), placed.suggestions)
    return interaction


def _new_customer(uow: UnitOfWork, inbound: Inbound) -> Customer:
    kind = identifiers.EMAIL if "@" in inbound.sender else identifiers.PHONE
    return customers.of_address(
        uow, inbound.sender, name=inbound.sender_name, language=inbound.language, kind=kind
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
        documents.attach_all(uow, case, inbound.attachments, interaction=interaction)
        if inbound.bounce is not None:
            bounces.tell(uow, case, inbound.bounce)
    return interaction


def _said(inbound: Inbound) -> dict[str, str | None]:
    return {
        "reply_subject": inbound.subject,
        "reply_text": inbound.text,
        "last_message_id": inbound.message_id,
    }

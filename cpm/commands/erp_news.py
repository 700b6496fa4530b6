"""What changed in an ERP, told to whoever waits for it: messages, and what we know of each thing there from now on.

A message is only kept here; who takes it is looked for as the transaction ends, and does so in one of its own. So no case is
locked, and a case that cannot go on stops no feed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from cpm import case_numbers
from cpm.commands import erp_errands, erp_feed, erp_seen, messages, party_jobs
from cpm.commands.erp_errands import Turn
from cpm.commands.messages import Sent
from cpm.connectors.erp import Change, Invoice, Order, Party, following, meeting, telling
from cpm.connectors.erp.faults import PASSING
from cpm.connectors.erp.following import Told
from cpm.errors import Invalid
from cpm.model import (
    Case,
    CaseState,
    Customer,
    ErpLink,
    ErpParty,
    ErpSeen,
    Incident,
    IncidentState,
    Job,
    JobKind,
    JobState,
    LinkedKind,
    Wait,
)
from cpm.uow import UnitOfWork

#: With these a call is set aside of which nobody knows what it did.
_UNCLEAR = (*PASSING, "stuck_confirmed", "not_applied", "poisoned", "crashed")
_UNDER_WAY = (JobState.READY, JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Read:
    """A thing over there, read afresh; all None: it is gone, or was never ours to see."""

    at: datetime  #: before it was read
    order: Order | None = None
    invoice: Invoice | None = None
    party: Party | None = None


def may_concern_us(look: UnitOfWork, system: str, kind: str, key: str) -> bool:
    """Whether it is worth reading: what belongs to strangers is none of our business. Of an invoice only it says whose it is."""
    match kind:
        case "order":
            return case_of(look, system, key) is not None
        case "customer":
            return customer_of(look, system, key) is not None
    return kind == "invoice"


def take(uow: UnitOfWork, turn: Turn, changes: Sequence[Change], read: Read) -> bool | None:
    """Tell what follows from these changes of one thing, and count them; LeaseLost if somebody else runs the feed by now.

    False: a call of ours is under way for the case, and they wait for it. None: we have learned more since it was read.
    """
    erp_errands.ours(uow, turn)
    if _waits_for_us(uow, turn.system, read):
        erp_feed.wait(uow, turn, changes)
        return False
    if _learned_since(uow, turn.system, read):
        return None
    for told in _news(uow, turn.system, read):
        _publish(uow, turn.system, changes[-1], told)
    erp_feed.count(uow, turn, changes)
    return True


def may_be_arranged(look: UnitOfWork, system: str, key: str) -> bool:
    """Whether the order is ours, and no call of ours may just be changing it."""
    return case_of(look, system, key) is not None and not _is_ours_under_way(look, system, key)


def case_of(uow: UnitOfWork, system: str, key: str) -> Case | None:
    """The case whose order has this key: by its link, or by the key itself if the call that made it has not come back.

    A key alone makes no order a case's that works with another system: somebody else's may read so there.
    """
    linked = _linked(uow, system, LinkedKind.ORDER, key, ErpLink.case_id)
    if linked is not None:
        return uow.session.get(Case, linked)
    try:
        case = uow.session.get(Case, case_numbers.case_id(key.partition("/")[0]))
    except Invalid:
        return None
    return case if case is not None and case.erp == system else None


def customer_of(uow: UnitOfWork, system: str, key: str) -> Customer | None:
    """Whose key it is; of one who was merged the survivor."""
    try:
        number = _linked(uow, system, LinkedKind.CUSTOMER, key, ErpLink.customer_id)
        found = uow.session.get(Customer, number or case_numbers.customer_id(key))
    except Invalid:
        return None
    if found is not None and found.merged_into_id is not None:
        return uow.session.get(Customer, found.merged_into_id)
    return found


def _news(uow: UnitOfWork, system: str, read: Read) -> list[Told]:
    if read.party is not None:
        return _of_party(uow, system, read.party)
    found = _of_order(uow, system, read.order) if read.order is not None else []
    invoices = read.order.invoices if read.order is not None else ()
    if read.invoice is not None and read.invoice.number not in {one.number for one in invoices}:
        found += _of_invoice(uow, system, read.invoice, None)
    return found


def _of_order(uow: UnitOfWork, system: str, order: Order) -> list[Told]:
    if (case := case_of(uow, system, order.key)) is None:
        return []
    row = erp_seen.of(uow, system, "order", order.key)
    found = following.of_order(row.facts or None, order, telling.order(order))
    # What it is now may be our own doing: then nobody over there has changed it.
    if row.facts and _is_unclear(uow, case):
        found = [one for one in found if one.name not in following.ACTS]
        row.facts = {**row.facts, **following.delivered(order)}
    else:
        row.facts = following.seen_order(order)
    for invoice in order.invoices:
        found += _of_invoice(uow, system, invoice, order)
    return found


def _of_invoice(uow: UnitOfWork, system: str, invoice: Invoice, order: Order | None) -> list[Told]:
    """Of one that belongs to no order of ours only if somebody works on it."""
    if invoice.number is None or (order is None and not _concerns_us(uow, invoice.number)):
        return []
    row = erp_seen.of(uow, system, "invoice", invoice.number)
    found = following.of_invoice(row.facts or None, invoice, order)
    row.facts = following.seen_invoice(invoice)
    return found


def _of_party(uow: UnitOfWork, system: str, party: Party) -> list[Told]:
    if (customer := customer_of(uow, system, party.key)) is None:
        return []
    row, both = (
        erp_seen.of(uow, system, "customer", party.key),
        uow.session.get(ErpParty, (system, customer.id)),
    )
    known = [facts for facts in (row.facts, both.common if both is not None else None) if facts]
    found = following.of_party(known, party, customer.id)
    if found or row.facts != meeting.fields_of(party):
        party_jobs.soon(uow, customer.id)  # we get what is theirs, or a person decides
    row.facts = meeting.fields_of(party)
    return found


def _publish(uow: UnitOfWork, system: str, change: Change, told: Told) -> None:
    unique = f"erp-{system}-{change.id}" + (f"/{told.of}" if told.of else "")
    sent = Sent(told.name, told.key, unique, _plain(told.payload), sender=f"erp/{system}")
    message, new = messages.accept(uow, sent)
    if new:
        messages.keep(uow, message)


def _plain(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if value is not None}


def _learned_since(uow: UnitOfWork, system: str, read: Read) -> bool:
    """What is older than what we know must not be told as news."""
    key = read.order.key if read.order is not None else read.party.key if read.party is not None else None
    if key is None:
        return False
    kind = "order" if read.order is not None else "customer"
    at = uow.session.scalar(
        select(ErpSeen.seen_at).where(ErpSeen.system == system, ErpSeen.kind == kind, ErpSeen.key == key)
    )
    return at is not None and at > read.at


def _waits_for_us(uow: UnitOfWork, system: str, read: Read) -> bool:
    """Of what a call of ours does over there we hear before it has come back."""
    if read.order is not None:
        return _is_ours_under_way(uow, system, read.order.key)
    if read.party is not None:
        link = _linked(uow, system, LinkedKind.CUSTOMER, read.party.key, ErpLink.id)
        return link is not None and _any(uow, Job.key == party_jobs.key(link), Job.state == JobState.RUNNING)
    return False


def _is_ours_under_way(uow: UnitOfWork, system: str, key: str) -> bool:
    if (case := case_of(uow, system, key)) is None:
        return False
    calls = Job.case_id == case.id, Job.kind == JobKind.CALL, Job.type.startswith("erp.")
    return _any(uow, *calls, Job.state.in_(_UNDER_WAY))


def _is_unclear(uow: UnitOfWork, case: Case) -> bool:
    """A call of the case stands still, and nobody knows what it has done: a person has it, or the case is suspended."""
    calls = select(Job.id).where(
        Job.case_id == case.id, Job.kind == JobKind.CALL, Job.type.startswith("erp.")
    )
    held = calls.where(Job.state == JobState.HELD, Job.attempts > 0)
    aside = calls.join(Incident, Incident.job_id == Job.id).where(
        Job.state == JobState.DEAD, Incident.state == IncidentState.OPEN, Incident.code.in_(_UNCLEAR)
    )
    return bool(uow.session.scalar(select(held.exists() | aside.exists())))


def _any(uow: UnitOfWork, *those: ColumnElement[bool]) -> bool:
    return bool(uow.session.scalar(select(exists().where(*those))))


def _linked(uow: UnitOfWork, system: str, kind: LinkedKind, key: str, column: Any) -> int | None:
    query = select(column).where(ErpLink.system == system, ErpLink.kind == kind, ErpLink.key == key)
    found: int | None = uow.session.scalar(query)
    return found


def _concerns_us(uow: UnitOfWork, invoice: str) -> bool:
    waits = exists().where(Wait.key == invoice, Wait.message.in_(("payment_received", "invoice_cancelled")))
    opened = exists().where(Case.business_key == invoice, Case.state == CaseState.OPEN)
    return bool(uow.session.scalar(select(waits | opened)))

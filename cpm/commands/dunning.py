"""Invoices that are overdue in an ERP: which begin a case of the process `dunning`, and why the others do not.

Whoever finds one says the message `invoice_overdue` with the invoice's number for its key, the nightly errand as the process of
the order: while a case with this key is open, no other begins.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from cpm.commands import administering, audit, correlation, erp_errands, erp_news
from cpm.commands.erp_errands import Turn
from cpm.commands.messages import Sent
from cpm.connectors.erp import Invoice
from cpm.library import Bundle
from cpm.model import Case, CaseState, Customer, ErpLink, LinkedKind
from cpm.queries import starting
from cpm.uow import UnitOfWork

PROCESS, MESSAGE = "dunning", "invoice_overdue"
ORDER = "order"
#: The process of the order says it on the day after the due date; a day later nobody waits for it any more.
_ORDERS_TURN = timedelta(days=2)
#: More cases of one customer within an hour would be taken for a circle (`starting.MOST_CASES_AN_HOUR`).
MOST_OF_ONE = 50
#: After these a case begins again while the ERP says that money is owed, if the version in force was deployed before it could say so itself.
_AGAIN = "paid, instalments_kept, merged"
#: Nobody has to wait for it: what is not taken at once is said again in the next night.
_TO_LIVE = timedelta(hours=1)


class Becomes(StrEnum):
    BEGINS = "begins"
    RUNS = "runs"  #: a case of it is open
    ORDERS = "orders"  #: its order's case will say it
    DECIDED = "decided"  #: a case of it ended in a way that is not to be dunned again (cpm:againAfter)
    UNKNOWN = "unknown"  #: whose it is, nobody here knows
    TOO_MANY = "too_many"  #: of this customer for one night
    NO_PROCESS = "no_process"  #: none in force begins with the message


@dataclass(frozen=True, slots=True)
class Overdue:
    invoice: Invoice
    becomes: Becomes
    customer: Customer | None = None
    case: Case | None = None  #: the one that runs, ended, or follows the order


def sorted_out(look: UnitOfWork, system: str, invoices: Sequence[Invoice]) -> list[Overdue]:
    """All that are overdue today and have something open; none is left out silently."""
    today = look.local_now.date()
    owed = [one for one in invoices if one.number and one.open > 0 and one.due_on and one.due_on < today]
    drawn = next((bundle for bundle, _ in starting.by_message(look, MESSAGE) if bundle.key == PROCESS), None)
    begun: Counter[int | None] = Counter()
    found = []
    for overdue in (_placed(look, drawn, system, invoice) for invoice in owed):
        if overdue.becomes == Becomes.BEGINS:
            begun[overdue.customer.id if overdue.customer else None] += 1
        found.append(_held_back(overdue, begun))
    return found


def begin(uow: UnitOfWork, turn: Turn, overdue: Overdue) -> None:
    """Say it in our turn; LeaseLost if somebody else looks for overdue invoices by now."""
    erp_errands.ours(uow, turn)
    _say(uow, turn.system, overdue)


def begin_by_hand(uow: UnitOfWork, system: str, overdue: Overdue) -> None:
    """Say it for an operator, who does not wait for the night."""
    administering.must_be_allowed(uow)
    audit.record(uow, "erp.invoice_dunned", system=system, invoice=overdue.invoice.number)
    _say(uow, system, overdue)


def is_first(uow: UnitOfWork, turn: Turn) -> bool:
    """Whether nobody has looked yet: what is overdue on the day of the installation waits for the hour, too."""
    row = erp_errands.ours(uow, turn)
    if row.place is not None:
        return False
    row.place = {"since": uow.now.isoformat()}
    return True


def told(found: Sequence[Overdue]) -> dict[str, Any]:
    """What came of it, for operators: how many of each, and the numbers of those that nobody here knows."""
    counts = Counter(each.becomes.value for each in found)
    unknown = [each.invoice.number for each in found if each.becomes == Becomes.UNKNOWN]
    return {**counts, **({"unknown_invoices": unknown[:50]} if unknown else {})}


def _held_back(overdue: Overdue, begun: Mapping[int | None, int]) -> Overdue:
    if overdue.becomes != Becomes.BEGINS:
        return overdue
    too_many = begun[overdue.customer.id if overdue.customer else None] > MOST_OF_ONE
    return replace(overdue, becomes=Becomes.TOO_MANY) if too_many else overdue


def _placed(look: UnitOfWork, drawn: Bundle | None, system: str, invoice: Invoice) -> Overdue:
    if drawn is None:
        return Overdue(invoice, Becomes.NO_PROCESS)
    number = str(invoice.number)
    running = starting.latest_with(look, PROCESS, number, system)
    if running is not None and running.state == CaseState.OPEN:
        return Overdue(invoice, Becomes.RUNS, running.customer, running)
    if (decided := starting.decided(look, drawn, number, system, usual=_AGAIN)) is not None:
        return Overdue(invoice, Becomes.DECIDED, decided.customer, decided)
    customer = erp_news.customer_of(look, system, invoice.customer) if invoice.customer else None
    if customer is None:
        return Overdue(invoice, Becomes.UNKNOWN)
    order = _order(look, system, invoice)
    assert invoice.due_on is not None, "it is overdue"
    if order is not None and look.local_now.date() < invoice.due_on + _ORDERS_TURN:
        return Overdue(invoice, Becomes.ORDERS, customer, order)
    return Overdue(invoice, Becomes.BEGINS, customer, order)


def _order(look: UnitOfWork, system: str, invoice: Invoice) -> Case | None:
    """The open case that follows the order of it."""
    case = erp_news.case_of(look, system, invoice.order) if invoice.order else None
    follows = case is not None and case.process == ORDER and case.state == CaseState.OPEN
    return case if follows else None


def _say(uow: UnitOfWork, system: str, overdue: Overdue) -> None:
    invoice, customer = overdue.invoice, overdue.customer
    assert customer is not None, "nothing begins for nobody"
    unique_id = f"{MESSAGE}/{invoice.number}/{uow.local_now:%Y-%m-%d}"
    payload = _payload(uow, system, overdue, customer.language)
    sent = Sent(MESSAGE, str(invoice.number), unique_id, payload, f"erp/{system}", customer.id, _TO_LIVE)
    correlation.publish(uow, sent)


def _payload(uow: UnitOfWork, system: str, overdue: Overdue, language: str) -> Mapping[str, Any]:
    invoice = overdue.invoice
    number = select(ErpLink.number).where(
        ErpLink.system == system, ErpLink.kind == LinkedKind.ORDER, ErpLink.key == invoice.order
    )
    subject = "Invoice {} is overdue" if language == "en" else "Rechnung {} ist überfällig"
    return {
        "subject": subject.format(invoice.number),
        "invoice_no": invoice.number,
        "order_no": uow.session.scalar(number) if invoice.order else None,
        "order_case": overdue.case and overdue.case.number,
        "open_amount": invoice.open,
        "due_on": invoice.due_on,
    }

"""Cases that nobody opens: a message or a signal begins a process (BPMN 2.0.2, 10.5.2).

As in Zeebe, a message with a key opens a case of a process only while none is open that this key began; without a key
it always does. It begins the version in force. What it brings becomes data of the case from the first moment, less
what no sender may say.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cpm.bpmn import StartEvent
from cpm.commands import cases, circles, erp_links, holding, once
from cpm.commands import process as processes
from cpm.errors import CpmError
from cpm.library import Bundle
from cpm.model import Case, Customer, Message
from cpm.queries import changeable, starting
from cpm.uow import UnitOfWork

#: More cases of one customer within an hour are processes that begin each other in a circle.
MOST_CASES_AN_HOUR = 100
BY_MESSAGE, BY_SIGNAL = "message", "signal"  #: channels


class TooManyBegun(CpmError):
    """Processes seem to begin each other without end."""

    status = 429


def by_message(uow: UnitOfWork, message: Message, had: frozenset[str]) -> Case | None:
    """Open a case of the first process that the message begins, if it may; not of those that `had` it."""
    if message.customer_id is None:
        return None
    for bundle, start in starting.by_message(uow, message.name):
        if bundle.key in had or not _free(uow, bundle.key, message.key):
            continue
        if starting.decided(uow, bundle, message.key, erp_links.of_sender(uow, message.sender)) is not None:
            continue  # nobody hears it any more
        if holding.never_begins(uow, bundle.key):
            continue  # it is kept until the process is resumed
        circles.opening(uow, message.reach)
        case, left_out = begin(
            uow,
            uow.get(Customer, message.customer_id),
            bundle,
            start,
            message.payload,
            key=message.key or None,
        )
        case.erp = erp_links.of_sender(uow, message.sender)
        uow.record(case, "message.began", element=start.id, name=message.name, left_out=left_out or None)
        processes.start(uow, case, at=start.id)
        return case
    return None


def begin(
    uow: UnitOfWork,
    customer: Customer,
    bundle: Bundle,
    start: StartEvent,
    payload: Mapping[str, Any],
    *,
    key: str | None = None,
    channel: str = BY_MESSAGE,
) -> tuple[Case, list[str]]:
    """Open the case that is to begin at this start event; what no sender may say is left out, and returned."""
    if cases.opened_within(uow, customer, timedelta(hours=1)) >= MOST_CASES_AN_HOUR:
        raise TooManyBegun(
            f"Expected at most {MOST_CASES_AN_HOUR} cases of one customer within an hour, but {bundle.key} would open another",
            de=f"Für diese Kundin oder diesen Kunden wurden in einer Stunde schon {MOST_CASES_AN_HOUR} Vorgänge eröffnet.",
        )
    fixed = payload.keys() & changeable.locked_by(bundle)
    data = {name: value for name, value in payload.items() if name not in fixed}
    subject = data.get("subject")
    case = cases.open_case(
        uow,
        customer,
        process=bundle.key,
        subject=subject if isinstance(subject, str) and subject.strip() else start.name,
        channel=channel,
        language=customer.language,
        data=data,
        business_key=key,
    )
    return case, sorted(fixed)


def _free(uow: UnitOfWork, process: str, key: str) -> bool:
    """Queues behind others who are about to open one with this key; then none is open, or we see it."""
    if key:
        once.queue(uow, starting.queue_of(process, key))
    return not starting.busy(uow, process, key)

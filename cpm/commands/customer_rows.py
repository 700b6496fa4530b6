"""A customer whose data are about to change: their row, locked, so that changes to one customer queue."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cpm.commands import audit
from cpm.errors import Conflict, NotFound
from cpm.model import Customer
from cpm.queries.survivors import survivor
from cpm.uow import UnitOfWork


def locked(uow: UnitOfWork, customer_id: int) -> Customer:
    """As they are now. Conflict if somebody else stands for them since a merge; who locks cases too has done so before."""
    uow.session.flush()  # or else reading the row afresh would undo what this command did to it
    query = select(Customer).where(Customer.id == customer_id)
    # NO KEY UPDATE: a plain FOR UPDATE would make every case that is opened for them wait
    fresh = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    customer = uow.session.scalar(fresh)
    if customer is None:
        raise NotFound(
            f"Expected to find customer {customer_id}, but there is none", de="Diesen Kunden gibt es nicht."
        )
    if customer.merged_into_id is not None:
        raise Conflict(
            f"Expected to change customer {customer.number}, but it was merged into another: change that one",
            de="Dieser Kunde wurde mit einem anderen zusammengeführt. Bitte den anderen ändern.",
        )
    return customer


def standing(uow: UnitOfWork, customer: Customer) -> Customer:
    """Who stands for the customer now; a merge that is just going on is waited for, and one to come waits for this command.

    Else a case that is opened while its customer is merged would be left behind.
    """
    uow.session.flush()
    query = select(Customer).where(Customer.id == customer.id)
    fresh = query.with_for_update(read=True, key_share=True).execution_options(populate_existing=True)
    return survivor(uow, uow.session.scalars(fresh).one())


def changed(uow: UnitOfWork, customer: Customer, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Tell the audit what became of which field: all in `after`."""
    told = {name: {"before": before[name], "after": value} for name, value in after.items()}
    audit.record(uow, "customer.changed", customer=customer.id, changed=told)

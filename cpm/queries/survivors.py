"""Who stands for a customer that turned out to be the same as another one."""

from cpm.model import Customer
from cpm.uow import UnitOfWork

_MOST = 50  #: merges in a row; more are a circle, which no command makes


def survivor(uow: UnitOfWork, customer: Customer) -> Customer:
    """The customer itself, unless it was merged into another; costs nothing then."""
    for _ in range(_MOST):
        if customer.merged_into_id is None:
            return customer
        customer = uow.get(Customer, customer.merged_into_id)
    raise AssertionError(f"customer {customer.id} is merged into itself")

"""What a customer is worth to us at a glance: their class, and what they were invoiced, as an ERP said last. Nobody is asked for it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cpm.errors import NotFound
from cpm.model import Customer
from cpm.queries.erp_views import View
from cpm.uow import UnitOfWork

log = logging.getLogger(__name__)
MONTHS = 12
_WRONG = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    amount: Decimal  #: EUR, with tax; less than nothing where more was credited


@dataclass(frozen=True, slots=True)
class Worth:
    value: str | None  #: A, B or C, by `customer_value.dmn`; None: the table does not say
    months: tuple[Month, ...]  #: the last MONTHS, this one included, oldest first; empty: nothing is known
    open: Decimal | None  #: EUR, not paid yet
    overdue: Decimal | None  #: EUR, of it late
    at: datetime | None  #: when that was heard; None: nothing was ever heard
    age: int  #: seconds since

    @property
    def revenue(self) -> Decimal | None:
        return sum((month.amount for month in self.months), Decimal(0)) if self.months else None


def worth(uow: UnitOfWork, customer: Customer, heard: View | None) -> Worth:
    """`heard`: what an ERP said of them last. Costs no statement."""
    told: Mapping[str, Any] = heard.value if heard is not None else {}
    months = _months(told.get("invoiced"), uow.local_now.date())
    terms = told.get("terms") or {}
    return Worth(
        value=_value(uow, customer, revenue(uow, told)),
        months=months,
        open=sum((one["open"] for one in told["invoices"]), Decimal(0)) if months else None,
        overdue=terms.get("overdue"),
        at=heard.at if heard is not None else None,
        age=0 if heard is None else max(0, int((uow.now - heard.at).total_seconds())),
    )


def revenue(uow: UnitOfWork, told: Mapping[str, Any]) -> Decimal | None:
    """EUR, with tax, of the last MONTHS, by what an ERP said; None if that is not known. What cannot be read is not known."""
    try:
        months = _months(told.get("invoiced"), uow.local_now.date())
        return sum((month.amount for month in months), Decimal(0)) if months else None
    except _WRONG:
        log.exception("customer_worth.unread")
        return None


def _months(invoiced: Mapping[str, Decimal] | None, today: date) -> tuple[Month, ...]:
    """None for what was heard before months were asked for, and for who is not known there."""
    if invoiced is None:
        return ()
    ordinal = today.year * 12 + today.month - 1
    firsts = [date(*_year_and_month(each), 1) for each in range(ordinal - MONTHS + 1, ordinal + 1)]
    return tuple(Month(first, invoiced.get(f"{first:%Y-%m}", Decimal(0))) for first in firsts)


def _year_and_month(ordinal: int) -> tuple[int, int]:
    return ordinal // 12, ordinal % 12 + 1


def _value(uow: UnitOfWork, customer: Customer, revenue_12m: Decimal | None) -> str | None:
    """A table that fails leaves the page without it."""
    facts = {
        "key_account": customer.key_account,
        "customer_status": customer.status.value,
        "revenue_12m": revenue_12m,
    }
    try:
        table = uow.library.steering("customer_value")
        said = table.model.evaluate("customer_value", facts, now=uow.local_now).value
    except NotFound:
        return None
    except _WRONG:
        log.exception("customer_value.failed")
        return None
    return said if isinstance(said, str) else None

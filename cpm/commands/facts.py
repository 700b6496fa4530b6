"""The facts of a case for the decisions that steer it: exactly those that `steering_facts` names, null if unknown."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cpm.model import Case, Customer
from cpm.queries.amounts import amount

_SAID_BY_DATA = ("customer_value", "mood", "approval", "business_field", "topic_team")


def of_assignment(
    case: Case, element: str | None, variables: Mapping[str, Any], *, owner_available: bool | None
) -> dict[str, Any]:
    return {
        **_of_step(case, element, variables),
        **{name: variables.get(name) for name in _SAID_BY_DATA},
        "language": case.language,
        "amount": amount(variables),
        "owner_team": case.team,
        "owner_available": owner_available,
    }


def of_deadline(case: Case, element: str | None, variables: Mapping[str, Any]) -> dict[str, Any]:
    asked = ("customer_value", "window_from", "window_to")
    return {**_of_step(case, element, variables), **{name: variables.get(name) for name in asked}}


def of_exception(case: Case, trouble: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """`trouble` has origin, connector, code, element and attempts."""
    return {
        **trouble,
        "process": case.process,
        "customer_value": variables.get("customer_value"),
        "amount": amount(variables),
        "data": dict(variables),
    }


def of_customer(customer: Customer, revenue: Decimal | None) -> dict[str, Any]:
    """For customer_value.dmn; `revenue` as `customer_worth.revenue`."""
    return {
        "key_account": customer.key_account,
        "customer_status": customer.status.value,
        "revenue_12m": revenue,
    }


def _of_step(case: Case, element: str | None, variables: Mapping[str, Any]) -> dict[str, Any]:
    return {"process": case.process, "element": element, "channel": case.channel, "data": dict(variables)}

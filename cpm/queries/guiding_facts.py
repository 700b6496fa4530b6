"""What `guidance.dmn` and `next_action.dmn` are told of a step and its customer, in one statement.

What each fact means stands in `cpm.steering_facts`. What an ERP knows is told as it was heard last.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, false, func, or_, select

from cpm import steering_facts
from cpm.model import (
    Case,
    CaseState,
    Customer,
    Direction,
    Identifier,
    Incident,
    IncidentState,
    Interaction,
    Task,
)
from cpm.queries import access, erp_facts
from cpm.queries.erp_views import View
from cpm.uow import UnitOfWork

_NINETY_DAYS = timedelta(days=90)
_STILL_ON_THE_PHONE = timedelta(minutes=30)
#: Incidents of mail that does not arrive.
_NOT_ARRIVED = ("address_refused", "bounced_hard", "undeliverable")
#: How `channels.mail.automatic` names what a mail server sends back.
_SENT_BACK = ("report: delivery-status", "mail daemon", "empty return path")


@dataclass(frozen=True, slots=True)
class Known:
    facts: Mapping[str, Any]
    same_kind: int | None  #: the id of the other case that `open_same_kind` counts first
    heard: View | None = None  #: what an ERP said of the customer last


def known(uow: UnitOfWork, task: Task, seen: Mapping[str, Any], *, api: bool = False) -> Known:
    """For the person who looks: cases that they may not see do not count. `seen` are the step's variables."""
    case = task.case
    found = uow.session.execute(_query(uow, case, seen, api=api)).one()
    facts = {
        "process": case.process,
        "element": task.element,
        "outcome": case.outcome or seen.get("outcome"),
        "customer_status": case.customer.status.value,
        "complaints_90d": found.complaints,
        "email": found.email,
        "bounced_address": bool(found.failed) or found.last_mail in _SENT_BACK,
        "open_same_kind": found.same_kind,
        **erp_facts.facts(uow, case.customer, found, seen),
        "duplicates": found.duplicates,
        "call_active": case.channel == "phone" and uow.now - case.opened_at < _STILL_ON_THE_PHONE,
        "data": dict(seen),
    }
    names = steering_facts.names("guidance") | steering_facts.names("next_action")
    return Known({**{name: seen.get(name) for name in names}, **facts}, found.other, erp_facts.heard(found))


def same_kind(uow: UnitOfWork, case: Case) -> int | None:
    """The id of the customer's other open case of the same process, of several the oldest."""
    query = _of_cases(uow, func.min(Case.id), _same_kind(case), api=True)
    return uow.session.scalar(select(query))


def _same_kind(case: Case) -> ColumnElement[bool]:
    return and_(
        Case.customer_id == case.customer_id,
        Case.process == case.process,
        Case.state == CaseState.OPEN,
        Case.id != case.id,
    )


def _query(uow: UnitOfWork, case: Case, seen: Mapping[str, Any], *, api: bool) -> Select[*tuple[Any, ...]]:
    same = _same_kind(case)
    lately = and_(
        Case.customer_id == case.customer_id,
        Case.process == "complaint",
        Case.opened_at > uow.now - _NINETY_DAYS,
    )
    failed = and_(
        Incident.case_id == case.id, Incident.state == IncidentState.OPEN, Incident.code.in_(_NOT_ARRIVED)
    )
    return select(
        _of_cases(uow, func.count(), same, api=api).label("same_kind"),
        _of_cases(uow, func.min(Case.id), same, api=api).label("other"),
        _of_cases(uow, func.count(), lately, api=api).label("complaints"),
        select(func.count()).select_from(Incident).where(failed).scalar_subquery().label("failed"),
        _duplicates(case.customer).label("duplicates"),
        _email(case).label("email"),
        _last_mail(case).label("last_mail"),
        *erp_facts.columns(case, seen),
    )


def _of_cases(
    uow: UnitOfWork, what: ColumnElement[Any], which: ColumnElement[bool], *, api: bool
) -> ScalarSelect[Any]:
    return access.visible(uow, select(what).select_from(Case).where(which), api=api).scalar_subquery()


def _duplicates(customer: Customer) -> ScalarSelect[int]:
    """Names as they are written, which an index finds."""
    same = and_(Customer.id != customer.id, _same_name(customer))
    return select(func.count()).select_from(Customer).where(same).scalar_subquery()


def _same_name(customer: Customer) -> ColumnElement[bool]:
    """Who has no name has no namesakes either."""
    if customer.company_name:
        return Customer.company_name == customer.company_name
    if not customer.last_name:
        return false()
    return and_(Customer.last_name == customer.last_name, Customer.first_name == customer.first_name)


def _email(case: Case) -> ScalarSelect[str]:
    own = select(Identifier.value).where(
        Identifier.customer_id == case.customer_id, Identifier.kind == "email"
    )
    return own.order_by(Identifier.id).limit(1).scalar_subquery()


def _last_mail(case: Case) -> ScalarSelect[str | None]:
    """What the newest mail that is ours or a machine's is: null for ours, else by what it shows."""
    ours_or_machine = or_(Interaction.direction == Direction.OUT, Interaction.automatic.is_not(None))
    newest = select(Interaction.automatic).where(Interaction.case_id == case.id, ours_or_machine)
    return newest.order_by(Interaction.id.desc()).limit(1).scalar_subquery()

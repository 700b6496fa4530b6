"""What `guidance.dmn` and `next_action.dmn` are told of a step and its customer, in one statement.

What each fact means stands in `cpm.steering_facts`. What an ERP knows is told as it was heard last.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
)

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

Selection: TypeAlias = Select[*tuple[Any, ...]]

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
    customer = case.customer
    values = {
        "case": case.id,
        "customer": customer.id,
        "process": case.process,
        "lately": uow.now - _NINETY_DAYS,
        "company_name": customer.company_name,
        "last_name": customer.last_name,
        "first_name": customer.first_name,
        **erp_facts.values(case, seen),
    }
    found = uow.session.execute(_query_of(uow, customer, api=api), values).one()
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
    query = _of_cases(partial(access.visible, uow, api=True), func.min(Case.id), _SAME_KIND)
    asked = {"case": case.id, "customer": case.customer_id, "process": case.process}
    return uow.session.scalar(select(query), asked)


_CUSTOMER: BindParameter[int] = bindparam("customer")
_SAME_KIND = and_(
    Case.customer_id == _CUSTOMER,
    Case.process == bindparam("process"),
    Case.state == CaseState.OPEN,
    Case.id != bindparam("case"),
)
#: Names as they are written, which an index finds. Who has no name has no namesakes either.
_NAMESAKES: Mapping[str, ColumnElement[bool]] = {
    "company": Customer.company_name == bindparam("company_name"),
    "person": and_(
        Customer.last_name == bindparam("last_name"), Customer.first_name == bindparam("first_name")
    ),
    "": false(),
}


def _query_of(uow: UnitOfWork, customer: Customer, *, api: bool) -> Selection:
    """Every step asks it: made once, for who may see all cases."""
    named = "company" if customer.company_name else "person" if customer.last_name else ""
    if access.sees_all(uow, api=api):
        return _plain(named)
    return _query(partial(access.visible, uow, api=api), named)


@cache
def _plain(named: str) -> Selection:
    return _query(lambda query: query, named)


def _query(visible: Callable[[Any], Any], named: str) -> Selection:
    lately = and_(
        Case.customer_id == _CUSTOMER, Case.process == "complaint", Case.opened_at > bindparam("lately")
    )
    failed = and_(
        Incident.case_id == bindparam("case"),
        Incident.state == IncidentState.OPEN,
        Incident.code.in_(_NOT_ARRIVED),
    )
    namesakes = and_(Customer.id != _CUSTOMER, _NAMESAKES[named])
    return select(
        _of_cases(visible, func.count(), _SAME_KIND).label("same_kind"),
        _of_cases(visible, func.min(Case.id), _SAME_KIND).label("other"),
        _of_cases(visible, func.count(), lately).label("complaints"),
        select(func.count()).select_from(Incident).where(failed).scalar_subquery().label("failed"),
        select(func.count()).select_from(Customer).where(namesakes).scalar_subquery().label("duplicates"),
        _email().label("email"),
        _last_mail().label("last_mail"),
        *erp_facts.columns(),
    )


def _of_cases(
    visible: Callable[[Any], Any], what: ColumnElement[Any], which: ColumnElement[bool]
) -> ScalarSelect[Any]:
    found: ScalarSelect[Any] = visible(select(what).select_from(Case).where(which)).scalar_subquery()
    return found


def _email() -> ScalarSelect[str]:
    own = select(Identifier.value).where(Identifier.customer_id == _CUSTOMER, Identifier.kind == "email")
    return own.order_by(Identifier.id).limit(1).scalar_subquery()


def _last_mail() -> ScalarSelect[str | None]:
    """What the newest mail that is ours or a machine's is: null for ours, else by what it shows."""
    ours_or_machine = or_(Interaction.direction == Direction.OUT, Interaction.automatic.is_not(None))
    newest = select(Interaction.automatic).where(Interaction.case_id == bindparam("case"), ours_or_machine)
    return newest.order_by(Interaction.id.desc()).limit(1).scalar_subquery()

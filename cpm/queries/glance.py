"""A customer at a glance, beside a case of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, literal, select, union_all

from cpm.model import Case, CaseState, Contact, Customer, Identifier
from cpm.model.identifier import NO_WAY_TO_THEM
from cpm.queries import access
from cpm.uow import UnitOfWork

_COUNT = -1  #: no company's id: the row has the number of open cases


@dataclass(frozen=True, slots=True)
class Glance:
    id: int
    number: str
    name: str
    kind: str
    status: str
    language: str
    key_account: bool
    since: datetime
    addresses: tuple[str, ...]
    companies: tuple[tuple[int, str], ...]  #: for whom they speak: id and name
    open_cases: int  #: those that the reader may see


def glance(uow: UnitOfWork, customer: Customer) -> Glance:
    """Addresses, companies and the count of cases come in one statement: this stands beside every step."""
    addresses = select(Identifier.id, literal(0).label("company"), Identifier.value.label("text")).where(
        Identifier.customer_id == customer.id,
        Identifier.valid_to.is_(None),
        Identifier.kind.not_in(NO_WAY_TO_THEM),
    )
    companies = (
        select(Contact.id, Customer.id, Customer.company_name)
        .join(Customer, Customer.id == Contact.company_id)
        .where(Contact.person_id == customer.id)
    )
    of_customer = Case.customer_id == customer.id, Case.state == CaseState.OPEN
    counted = select(literal(0), literal(_COUNT), cast(func.count(Case.id), Text)).where(*of_customer)
    parts: Any = union_all(addresses, companies, access.visible(uow, counted))
    found: Sequence[Any] = uow.session.execute(parts).all()
    rows: list[tuple[int, int, str]] = sorted((row[0], row[1], row[2] or "") for row in found)
    return Glance(
        id=customer.id,
        number=customer.number,
        name=customer.name,
        kind=customer.kind.value,
        status=customer.status.value,
        language=customer.language,
        key_account=customer.key_account,
        since=customer.created_at,
        addresses=tuple(text for _, company, text in rows if not company),
        companies=tuple((company, text) for _, company, text in rows if company > 0),
        open_cases=next(int(text) for _, company, text in rows if company == _COUNT),
    )

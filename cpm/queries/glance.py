"""A customer at a glance, beside a case of theirs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from cpm.model import Case, CaseState, Customer, Identifier
from cpm.queries import access
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Glance:
    id: int
    name: str
    kind: str
    status: str
    language: str
    key_account: bool
    since: datetime
    addresses: tuple[str, ...]
    open_cases: int  #: those that the reader may see


def glance(uow: UnitOfWork, customer: Customer) -> Glance:
    addresses = select(Identifier.value).where(Identifier.customer_id == customer.id).order_by(Identifier.id)
    counted = select(func.count()).where(Case.customer_id == customer.id, Case.state == CaseState.OPEN)
    return Glance(
        id=customer.id,
        name=customer.name,
        kind=customer.kind.value,
        status=customer.status.value,
        language=customer.language,
        key_account=customer.key_account,
        since=customer.created_at,
        addresses=tuple(uow.session.scalars(addresses)),
        open_cases=uow.session.scalar(access.visible(uow, counted)) or 0,
    )

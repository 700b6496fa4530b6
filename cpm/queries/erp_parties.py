"""Where a customer's master data here and in an ERP differ, and how far ours have got."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from cpm import values
from cpm.connectors.erp.meeting import FIELDS
from cpm.model import Customer, ErpLink, ErpParty, Job, JobState, LinkedKind
from cpm.queries import customer_words
from cpm.uow import UnitOfWork

_MOST = 200


@dataclass(frozen=True, slots=True)
class Difference:
    field: str
    label: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one customer in one ERP."""

    differences: tuple[Difference, ...]  #: changed on both sides: a person decides
    mark: str  #: of these, as they are
    waiting_since: datetime | None  #: ours are on their way since then
    code: str | None  #: why they did not get there when it was last tried


@dataclass(frozen=True, slots=True)
class Odd:
    """A customer whose data need somebody."""

    customer_id: int
    number: str
    name: str
    system: str
    fields: tuple[str, ...]  #: what is to be decided, in words
    code: str | None


def linked(look: UnitOfWork, system: str) -> list[tuple[int, str]]:
    """The links of all customers that a system knows, each with its key there."""
    query = select(ErpLink.id, ErpLink.key).where(
        ErpLink.system == system, ErpLink.kind == LinkedKind.CUSTOMER, ErpLink.customer_id.is_not(None)
    )
    return [(row.id, row.key) for row in look.session.execute(query.order_by(ErpLink.id))]


def standing(
    uow: UnitOfWork, link: ErpLink, customer: Customer, ours: Mapping[str, Any], language: str
) -> Standing:
    row = uow.session.get(ErpParty, (link.system, customer.id))
    job = uow.session.scalar(select(Job).where(Job.key == f"party/{link.id}", Job.state != JobState.DEAD))
    waiting = job.payload["at"] if job is not None else None
    if row is None:
        return Standing((), "", waiting, None)
    shown = tuple(
        Difference(
            name,
            customer_words.erp_field(name, language),
            customer_words.erp_value(name, ours.get(name), language),
            customer_words.erp_value(name, row.theirs[name], language),
        )
        for name in FIELDS
        if name in row.theirs
    )
    return Standing(shown, mark(ours, row), waiting, row.code)


def mark(ours: Mapping[str, Any], row: ErpParty) -> str:
    """Of the fields that are to be decided, as they are on both sides."""
    shown = {name: [ours.get(name), value] for name, value in sorted(row.theirs.items())}
    return hashlib.sha256(values.dumps(shown).encode()).hexdigest()[:16]


def odd(uow: UnitOfWork, language: str) -> list[Odd]:
    """All customers whose data a person has to look at."""
    there = and_(
        ErpLink.system == ErpParty.system,
        ErpLink.customer_id == ErpParty.customer_id,
        ErpLink.kind == LinkedKind.CUSTOMER,
    )
    query = (
        select(ErpParty, Customer).join(Customer, Customer.id == ErpParty.customer_id).join(ErpLink, there)
    )
    open_ones = or_(ErpParty.theirs != {}, ErpParty.code.is_not(None))
    rows = uow.session.execute(query.where(open_ones).order_by(Customer.id).limit(_MOST))
    return [
        Odd(
            customer.id,
            customer.number,
            customer.name,
            row.system,
            tuple(customer_words.erp_field(name, language) for name in FIELDS if name in row.theirs),
            row.code,
        )
        for row, customer in rows
    ]

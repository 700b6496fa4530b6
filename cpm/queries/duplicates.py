"""The queue of customers who may be one, the likeliest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, cast, or_, select
from sqlalchemy.orm import aliased, contains_eager

from cpm.identity import Reason
from cpm.model import Customer, Duplicate, DuplicateState
from cpm.queries import access
from cpm.queries.pages import Page, counted
from cpm.uow import UnitOfWork

AT_ONCE = 25
#: What the queue can be filtered by: what speaks for it, and not how exactly.
FILTERS = ("name", "company", "born", "address", "phone", "mail", "vat")


@dataclass(frozen=True, slots=True)
class DuplicateLine:
    id: int
    state: str
    score: int
    one_id: int
    one: str
    one_number: str
    other_id: int
    other: str
    other_number: str
    reasons: tuple[Reason, ...]
    found_at: datetime
    decided_by: str | None
    decided_at: datetime | None


def queue(
    look: UnitOfWork, *, reason: str = "", offset: int = 0, limit: int = AT_ONCE, api: bool = False
) -> Page[DuplicateLine]:
    """Those that wait for a person; none for who may not see customers."""
    if not access.reads_cases(look, api=api):
        return Page((), counted(look, select(Duplicate.id).where(Duplicate.id < 0)))
    query = _standing().where(Duplicate.state == DuplicateState.OPEN)
    if reason in FILTERS:
        query = query.where(cast(Duplicate.reasons, String).contains(f'"{reason}.'))
    order = query.order_by(Duplicate.score.desc(), Duplicate.id)
    rows = look.session.scalars(order.offset(offset).limit(limit)).unique().all()
    return Page(tuple(map(line, rows)), counted(look, query.with_only_columns(Duplicate.id)))


def pages(found: Page[DuplicateLine]) -> int:
    return max(1, -(-found.total.number // AT_ONCE))


def of_customer(look: UnitOfWork, customer_id: int) -> Sequence[DuplicateLine]:
    theirs = or_(Duplicate.one_id == customer_id, Duplicate.other_id == customer_id)
    query = _standing().where(theirs, Duplicate.state == DuplicateState.OPEN)
    found = look.session.scalars(query.order_by(Duplicate.score.desc(), Duplicate.id).limit(AT_ONCE))
    return [line(row) for row in found.unique()]


def line(row: Duplicate) -> DuplicateLine:
    return DuplicateLine(
        row.id,
        row.state.value,
        row.score,
        row.one_id,
        row.one.name,
        row.one.number,
        row.other_id,
        row.other.name,
        row.other.number,
        tuple(Reason(key) for key in row.reasons),
        row.found_at,
        row.decided_by,
        row.decided_at,
    )


def _standing() -> Select[Duplicate]:
    """Without pairs of whom one has gone into somebody else meanwhile."""
    one, other = aliased(Customer), aliased(Customer)
    query = select(Duplicate).join(Duplicate.one.of_type(one)).join(Duplicate.other.of_type(other))
    return query.where(one.merged_into_id.is_(None), other.merged_into_id.is_(None)).options(
        contains_eager(Duplicate.one.of_type(one)), contains_eager(Duplicate.other.of_type(other))
    )

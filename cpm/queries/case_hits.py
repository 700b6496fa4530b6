"""Cases in a list of finds: the search's, and those of one customer. Newest first, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import defer, joinedload

from cpm.model import Case, CaseState
from cpm.queries import access, wording
from cpm.uow import UnitOfWork

PAGE = 25
#: Counting further would cost more than it tells.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Hit:
    id: int
    case: str  #: its number
    subject: str
    customer_id: int
    customer: str
    process: str
    channel: str
    state: str
    outcome: str | None
    team: str | None
    opened: datetime
    due: datetime | None
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class Hits:
    rows: tuple[Hit, ...]
    total: int  #: MOST at most
    page: int  #: from 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def more(self) -> bool:
        """There are more than we count."""
        return self.total >= MOST


def hits(
    uow: UnitOfWork,
    condition: ColumnElement[bool],
    *,
    page: int = 1,
    language: str = "de",
    state: CaseState | None = None,
    api: bool = False,
) -> Hits:
    """Those of the acting user's cases for which the condition, on case and customer, holds."""
    page = min(max(page, 1), MOST // PAGE)
    query = access.visible(uow, select(Case).join(Case.customer).where(condition), api=api)
    if state is not None:
        query = query.where(Case.state == state)
    some = query.with_only_columns(Case.id).limit(MOST).subquery()
    total = uow.session.scalar(select(func.count()).select_from(some)) or 0
    of_page = query.order_by(Case.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    found = uow.session.scalars(of_page.options(joinedload(Case.customer), defer(Case.tokens)))
    return Hits(tuple(_hit(uow, case, language) for case in found), total, page)


def _hit(uow: UnitOfWork, case: Case, language: str) -> Hit:
    bundle = uow.bundle(case)
    about: dict[str, Any] = {
        "process": wording.process_name(bundle, language),
        "outcome": wording.table_word(bundle, "outcomes", case.outcome, language),
    }
    return Hit(
        id=case.id,
        case=case.number,
        subject=case.subject,
        customer_id=case.customer_id,
        customer=case.customer.name,
        channel=case.channel,
        state=case.state.value,
        team=case.team,
        opened=case.opened_at,
        due=case.due_at,
        closed=case.closed_at,
        **about,
    )

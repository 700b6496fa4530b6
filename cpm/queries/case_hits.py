"""Cases in a list of finds: the search's, and those of one customer. Newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import defer, joinedload

from cpm.model import Case, CaseState
from cpm.queries import access, queues, wording
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
    reasons: Sequence[ColumnElement[bool]],
    *,
    page: int = 1,
    language: str = "de",
    state: CaseState | None = None,
    api: bool = False,
) -> Hits:
    """Those of the acting user's cases for which one of the reasons, conditions on the case alone, holds.

    Each reason is looked up by itself, so that each has its index; of all that hold at once, none would be used.
    """
    page = min(max(page, 1), MOST // PAGE)
    query = access.visible(uow, select(Case.id), api=api)
    if state is not None:
        query = query.where(Case.state == state)
    some = queues.first([query.where(reason) for reason in reasons], lambda of: (of.id.desc(),), MOST)
    ids = uow.session.scalars(select(some.c.id).order_by(some.c.id.desc()).limit(MOST)).all()
    shown = select(Case).where(Case.id.in_(ids[(page - 1) * PAGE : page * PAGE])).order_by(Case.id.desc())
    found = uow.session.scalars(shown.options(joinedload(Case.customer), defer(Case.tokens)))
    return Hits(tuple(_hit(uow, case, language) for case in found), len(ids), page)


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

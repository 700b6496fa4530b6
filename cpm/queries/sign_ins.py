"""Where a user is signed in just now."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cpm.model import SignIn, User
from cpm.model.absence import lend, with_lent_teams
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class SignInLine:
    id: int
    begun_at: datetime
    seen_at: datetime
    address: str
    browser: str


def sign_ins(uow: UnitOfWork, login: str) -> list[SignInLine]:
    """Those that have not ended, the one used last first."""
    query = (
        select(SignIn)
        .where(SignIn.login == login)
        .where(SignIn.seen_at > uow.now - uow.settings.session_idle)
        .where(SignIn.begun_at > uow.now - uow.settings.session_length)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return [
        SignInLine(each.id, each.begun_at, each.seen_at, each.address, each.browser)
        for each in uow.session.scalars(query)
    ]


def standing(uow: UnitOfWork, ids: Collection[int]) -> Mapping[int, User]:
    """Whose those of these sign-ins are that have not ended, with the roles and teams they have now. One statement."""
    query = with_lent_teams(select(SignIn.id, User).join(SignIn, SignIn.login == User.login), uow.now)
    query = query.where(SignIn.id.in_(sorted(ids)), User.active)
    query = query.where(SignIn.seen_at > uow.now - uow.settings.session_idle)
    query = query.where(SignIn.begun_at > uow.now - uow.settings.session_length)
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in uow.session.execute(query).unique():
        rows[row[0]].append(row)
    for some in rows.values():
        lend(some[0][1], some)
    return {sign_in: some[0][1] for sign_in, some in rows.items()}

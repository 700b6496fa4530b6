"""Where a user is signed in just now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cpm.model import SignIn
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

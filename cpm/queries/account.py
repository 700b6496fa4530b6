"""What somebody sees of their own account."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cpm.model import SignIn
from cpm.queries import people
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class SignInLine:
    since: datetime
    seen: datetime
    browser: str
    address: str
    this: bool  #: the one that asks


@dataclass(frozen=True, slots=True)
class Account:
    login: str
    name: str
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    skills: tuple[str, ...]
    single_keys: bool
    email: str  #: for mail about mentions; empty: none is wanted
    sign_ins: tuple[SignInLine, ...]  #: latest first


def account(uow: UnitOfWork, sign_in: int | None, language: str) -> Account:
    """Of the acting user; `sign_in` is the one that asks."""
    user, names = uow.user(), people.team_names(uow, language, afresh=True)
    latest = select(SignIn).where(SignIn.login == user.login).order_by(SignIn.seen_at.desc())
    return Account(
        login=user.login,
        name=user.name,
        roles=tuple(user.roles),
        teams=tuple(names.get(key, key) for key in sorted(user.teams)),
        skills=tuple(user.skills),
        single_keys=user.single_keys,
        email=user.email or "",
        sign_ins=tuple(
            SignInLine(one.begun_at, one.seen_at, one.browser, one.address, this=one.id == sign_in)
            for one in uow.session.scalars(latest)
        ),
    )

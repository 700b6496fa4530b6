"""Browsers that have shown whose they are: begin, find and end a sign-in.

Comparing a password takes tens of milliseconds of work, so it is done between two transactions
(`cpm.signing_in`), and `begin` is told what came of it. It answers with a value: a refusal that is raised would
undo the counting.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select, update

from cpm.commands import audit
from cpm.commands import sign_in_brakes as brakes
from cpm.model import Mention, SignIn, User
from cpm.model.absence import lend, with_lent_teams
from cpm.queries import in_hand, talks
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing a password brought: with which hash, and a fresh hash if that one was outdated."""

    right: bool
    hash: str | None
    fresh: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: str  #: for the browser alone; we keep its digest
    login: str
    must_change: bool


@dataclass(frozen=True, slots=True)
class Refused:
    wait: timedelta  #: zero: wrong password, or nobody's login; the next attempt may follow at once


def begin(
    uow: UnitOfWork, login: str, compared: Compared, *, address: str, browser: str
) -> SignedIn | Refused:
    """Let the browser in, or count the failure."""
    user = _locked(uow, login)
    if left := brakes.wait(uow, login, user, address):
        return Refused(left)
    if user is None or not user.active or not compared.right or compared.hash != user.password:
        return _refuse(uow, login, user, address)
    user.password = compared.fresh or user.password
    user.network = brakes.network(address)
    brakes.forgive(uow, user)
    _purge(uow)
    token = secrets.token_urlsafe(32)
    uow.session.add(
        SignIn(
            login=login,
            token=_digest(token),
            begun_at=uow.now,
            seen_at=uow.now,
            address=address,
            browser=browser[:200],
        )
    )
    audit.record(uow, "sign_in.begun", user=login, address=address)
    return SignedIn(token, login, user.must_change)


def mistaken(uow: UnitOfWork, login: str, *, address: str) -> None:
    """Count a wrong password that was given elsewhere than at sign-in."""
    _refuse(uow, login, _locked(uow, login), address)


def find(uow: UnitOfWork, token: str) -> tuple[User, SignIn] | None:
    """Whose browser this is, with the teams they work for now; None if the sign-in has ended. One statement."""
    of = {
        "token": _digest(token),
        "now": uow.now,
        "idle_since": uow.now - uow.settings.session_idle,
        "begun_since": uow.now - uow.settings.session_length,
    }
    rows = uow.session.execute(_FOUND, of).unique().all()
    if not rows:
        return None
    user, sign_in = rows[0][0], rows[0][1]
    lend(user, rows)
    user.unseen_mentions, user.has_in_hand, user.has_call = rows[0][2:5]
    return user, sign_in


def _found() -> Select[*tuple[Any, ...]]:
    unseen = (
        select(func.count())
        .select_from(Mention)
        .where(Mention.login == User.login, Mention.seen_at.is_(None))
        .correlate(User)
        .scalar_subquery()
    )
    found = select(User, SignIn, unseen, in_hand.has_any(User.login), talks.has_any(User.login))
    return (
        with_lent_teams(found.join(SignIn, SignIn.login == User.login), bindparam("now"))
        .where(SignIn.token == bindparam("token"), User.active)
        .where(SignIn.seen_at > bindparam("idle_since"), SignIn.begun_at > bindparam("begun_since"))
    )


#: Every request asks it: made once.
_FOUND = _found()


def seen(uow: UnitOfWork, sign_in_id: int) -> None:
    """The browser is in use; called when `SignIn.unseen`."""
    uow.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=uow.now))


def end(uow: UnitOfWork, token: str) -> None:
    ended = uow.session.scalar(delete(SignIn).where(SignIn.token == _digest(token)).returning(SignIn.login))
    if ended is not None:
        audit.record(uow, "sign_in.ended", user=ended)


def end_all(uow: UnitOfWork, login: str, *, except_token: str | None = None) -> None:
    """Everywhere, or everywhere else."""
    theirs = delete(SignIn).where(SignIn.login == login)
    if except_token is not None:
        theirs = theirs.where(SignIn.token != _digest(except_token))
    uow.session.flush()
    uow.session.execute(theirs)


def _refuse(uow: UnitOfWork, login: str, user: User | None, address: str) -> Refused:
    """What is nobody's login is not written down: it may be a password."""
    until = brakes.failed(uow, login, user, address)
    audit.record(uow, "sign_in.failed", user=user and user.login, address=address)
    if until is not None:
        audit.record(uow, "user.locked", user=login, until=until)
    return Refused(timedelta(0))


def _locked(uow: UnitOfWork, login: str) -> User | None:
    """Attempts on one login queue here, so that none escapes the count."""
    query = select(User).where(User.login == login).with_for_update(key_share=True)
    return uow.session.scalar(query.execution_options(populate_existing=True))


def _purge(uow: UnitOfWork) -> None:
    """What ended at its hour is not seen any more, and so goes soon after."""
    uow.session.execute(delete(SignIn).where(SignIn.seen_at <= uow.now - uow.settings.session_idle))
    brakes.forget(uow)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()

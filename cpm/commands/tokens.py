"""API tokens: made for a user, shown once, found by their text, revoked."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select, update

from cpm.commands import administering, audit, checks
from cpm.errors import Forbidden, Invalid
from cpm.model import SCOPES, ApiToken, User, scopes_of
from cpm.model.absence import lend, with_lent_teams
from cpm.uow import UnitOfWork

LONGEST = timedelta(days=366)
_TEXT = re.compile(r"cpm_([1-9][0-9]{0,17})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Created:
    token: ApiToken
    text: str  #: shown once; we keep a digest of it


def create(uow: UnitOfWork, login: str, *, name: str, scopes: Sequence[str], expires_at: datetime) -> Created:
    """A token that acts as this user: for oneself, or by an operator."""
    administering.must_be_allowed(uow, also=login)
    name = checks.plain_text("name", name)
    user = uow.get(User, login)
    _check_scopes(user, scopes)
    if not uow.now < expires_at <= uow.now + LONGEST:
        raise Invalid(
            f"Expected a token to end within {LONGEST.days} days from now, but not at {expires_at:%Y-%m-%d}",
            [("expires_at", "does not lie in the next year")],
            de=f"Ein Token muss in den nächsten {LONGEST.days} Tagen ablaufen.",
        )
    secret = secrets.token_urlsafe(32)
    token = ApiToken(
        login=login,
        name=name,
        scopes=[scope for scope in SCOPES if scope in scopes],
        secret=_digest(secret),
        created_at=uow.now,
        created_by=uow.actor,
        expires_at=expires_at,
    )
    uow.session.add(token)
    uow.session.flush()
    audit.record(
        uow, "token.created", token=token.id, user=login, name=name, scopes=token.scopes, until=expires_at
    )
    return Created(token, f"cpm_{token.id}_{secret}")


def revoke(uow: UnitOfWork, token_id: int) -> ApiToken:
    """At once and for good. Twice changes nothing."""
    token = uow.get(ApiToken, token_id)
    administering.must_be_allowed(uow, also=token.login)
    if token.revoked_at is None:
        token.revoked_at = uow.now
        audit.record(uow, "token.revoked", token=token.id, user=token.login, name=token.name)
    return token


def find(uow: UnitOfWork, text: str) -> tuple[User, ApiToken] | None:
    """Whom the token acts for, with the teams they work for now; None if it is none or over. One statement."""
    if not (parts := _TEXT.fullmatch(text)):
        return None
    rows = uow.session.execute(_FOUND, {"id": int(parts[1]), "now": uow.now}).unique().all()
    if not rows or not hmac.compare_digest(rows[0][1].secret, _digest(parts[2])):
        return None
    user, token = rows[0][0], rows[0][1]
    lend(user, rows)
    return user, token


def _found() -> Select[*tuple[Any, ...]]:
    found = select(User, ApiToken).join(ApiToken, ApiToken.login == User.login)
    return (
        with_lent_teams(found, bindparam("now"))
        .where(ApiToken.id == bindparam("id"), User.active)
        .where(ApiToken.revoked_at.is_(None), ApiToken.expires_at > bindparam("now"))
    )


#: Every request of a program asks it: made once.
_FOUND = _found()


def used(uow: UnitOfWork, token_id: int) -> None:
    """Called when `ApiToken.unseen`."""
    uow.session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=uow.now))


def _check_scopes(user: User, scopes: Sequence[str]) -> None:
    if unknown := [scope for scope in scopes if scope not in SCOPES]:
        raise Invalid(
            f"Expected scopes of {', '.join(SCOPES)}, but got {', '.join(unknown)}",
            [("scopes", f"{scope} is no scope: take of {', '.join(SCOPES)}") for scope in unknown],
            de=f"Diese Rechte gibt es nicht: {', '.join(unknown)}. Es gibt {', '.join(SCOPES)}.",
        )
    if not scopes:
        raise Invalid(
            f"Expected at least one scope for the token, of {', '.join(SCOPES)}, but got none",
            [("scopes", f"must name at least one of {', '.join(SCOPES)}")],
            de=f"Ein Token braucht mindestens ein Recht: {', '.join(SCOPES)}.",
        )
    if beyond := [scope for scope in scopes if scope not in scopes_of(user.roles)]:
        raise Forbidden(
            f"Expected scopes that go with the roles of {user.login}, but {', '.join(beyond)} do not",
            de=f"Zu den Rollen von {user.login} gehören diese Rechte nicht: {', '.join(beyond)}.",
        )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

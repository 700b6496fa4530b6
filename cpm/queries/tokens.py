"""The API tokens there are; what they are good for, and never their text."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cpm.model import ApiToken
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class TokenLine:
    id: int
    login: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime
    last_used_at: datetime | None
    state: str  #: valid | expired | revoked


def tokens(uow: UnitOfWork, *, login: str | None = None) -> list[TokenLine]:
    """Of everybody or one user, the newest first."""
    query = select(ApiToken).order_by(ApiToken.id.desc())
    if login is not None:
        query = query.where(ApiToken.login == login)
    return [of_token(uow, token) for token in uow.session.scalars(query)]


def of_token(uow: UnitOfWork, token: ApiToken) -> TokenLine:
    return TokenLine(
        id=token.id,
        login=token.login,
        name=token.name,
        scopes=tuple(token.scopes),
        created_at=token.created_at,
        created_by=token.created_by,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        state="revoked" if token.revoked_at else "valid" if uow.now < token.expires_at else "expired",
    )

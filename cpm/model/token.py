"""An API token: lets a program act as a user, as far as its scopes and that user's roles reach."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base
from cpm.model.people import Role, User
from cpm.model.sign_in import SEEN_EVERY

SCOPES = (
    "interactions:write",
    "cases:read",
    "cases:write",
    "tasks:read",
    "tasks:write",
    "incidents:read",
    "incidents:write",
    "customers:read",
    "customers:write",
    "messages:write",
    "definitions:read",
    "definitions:write",
    "decisions:evaluate",
    "journal:read",
    "metrics:read",
    "operations:write",
    "batches:read",
    "batches:write",
)
_DESK = frozenset(
    scope
    for scope in SCOPES
    if not scope.startswith(
        ("decisions:", "definitions:", "messages:", "metrics:", "operations:", "batches:")
    )
)  # what people at the desk do
_OF_ROLE = {
    Role.AGENT: _DESK,
    Role.SUPERVISOR: _DESK | {"batches:read", "batches:write"},
    Role.DESIGNER: frozenset(
        {"definitions:read", "definitions:write", "decisions:evaluate", "batches:read", "batches:write"}
    ),
    Role.OPERATOR: frozenset(
        {"definitions:read", "metrics:read", "operations:write", "batches:read", "batches:write"}
    ),
    Role.INTEGRATOR: frozenset(
        {
            "interactions:write",
            "messages:write",
            "cases:read",
            "cases:write",
            "customers:read",
            "customers:write",
            "definitions:read",
            "decisions:evaluate",
            "journal:read",
        }
    ),
}


def scopes_of(roles: Iterable[str]) -> frozenset[str]:
    """The widest scopes that a token of a user with these roles may have."""
    return frozenset[str]().union(*(_OF_ROLE[Role(role)] for role in roles))


class ApiToken(Base):
    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("users.login"), index=True)
    name: Mapped[str]
    scopes: Mapped[list[str]]
    secret: Mapped[str]  #: SHA-256 of the secret part of `cpm_<id>_<secret>`
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    def allows(self, scope: str, user: User) -> bool:
        """Whether it has the scope, and its user still has a role that goes with it."""
        return scope in self.scopes and scope in scopes_of(user.roles)

    def unseen(self, now: datetime) -> bool:
        """Whether it is time to write down that it is in use."""
        return self.last_used_at is None or now - self.last_used_at >= SEEN_EVERY

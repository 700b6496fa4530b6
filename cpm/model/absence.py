"""An absence: from when until when somebody does not work, and who stands in for them.

A substitute belongs to the absent's own teams for that time, and not to those the absent is lent in turn.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ForeignKey, Select, and_
from sqlalchemy.orm import Mapped, aliased, joinedload, mapped_column

from cpm.model.base import Base
from cpm.model.people import Membership, User


class Absence(Base):
    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("users.login"), index=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]  #: the first moment after it
    substitute: Mapped[str | None] = mapped_column(ForeignKey("users.login"), index=True)
    entered_by: Mapped[str]


def with_lent_teams(
    query: Select[*tuple[Any, ...]], now: datetime | BindParameter[Any]
) -> Select[*tuple[Any, ...]]:
    """A query over users, with two more columns: whom each stands in for now, and a team of theirs."""
    theirs = aliased(Membership)
    lasts = and_(Absence.substitute == User.login, Absence.from_at <= now, Absence.until_at > now)
    return (
        query.add_columns(Absence.login, theirs.team)
        .outerjoin(Absence, lasts)
        .outerjoin(theirs, theirs.login == Absence.login)
        .options(joinedload(User.memberships))
    )


def lend(user: User, rows: Iterable[Any]) -> None:
    """Tell the user what the last two columns of their rows say."""
    found = [tuple(row)[-2:] for row in rows]
    user.stands_in_for = frozenset(absent for absent, _ in found if absent is not None)
    user.lent_teams = frozenset(team for _, team in found if team is not None)

"""Who is away or will be, and who stands in for them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cpm.model import Absence
from cpm.queries import people
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    id: int
    login: str
    name: str
    from_at: datetime
    until_at: datetime
    substitute: str | None
    substitute_name: str | None
    entered_by: str
    lasts: bool  #: they are away now


def absences(uow: UnitOfWork, *, login: str | None = None, past: bool = False) -> list[AbsenceLine]:
    """Of everybody or one user, those that are over only if asked for."""
    query = select(Absence).order_by(Absence.from_at, Absence.id)
    if login is not None:
        query = query.where(Absence.login == login)
    if not past:
        query = query.where(Absence.until_at > uow.now)
    names = people.user_names(uow)
    return [
        AbsenceLine(
            id=each.id,
            login=each.login,
            name=names[each.login],
            from_at=each.from_at,
            until_at=each.until_at,
            substitute=each.substitute,
            substitute_name=names.get(each.substitute or ""),
            entered_by=each.entered_by,
            lasts=each.from_at <= uow.now < each.until_at,
        )
        for each in uow.session.scalars(query)
    ]

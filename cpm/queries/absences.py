"""Who is away or will be, and who stands in for them."""

from collections.abc import Mapping
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
    return [_line(uow, each, names) for each in uow.session.scalars(query)]


def of_absence(uow: UnitOfWork, absence: Absence) -> AbsenceLine:
    return _line(uow, absence, people.user_names(uow))


def _line(uow: UnitOfWork, absence: Absence, names: Mapping[str, str]) -> AbsenceLine:
    return AbsenceLine(
        id=absence.id,
        login=absence.login,
        name=names[absence.login],
        from_at=absence.from_at,
        until_at=absence.until_at,
        substitute=absence.substitute,
        substitute_name=names.get(absence.substitute or ""),
        entered_by=absence.entered_by,
        lasts=absence.from_at <= uow.now < absence.until_at,
    )

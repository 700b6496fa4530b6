"""Who is away, from when until when, and who stands in for them."""

from datetime import datetime

from sqlalchemy import select

from cpm.commands import administering, audit
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import Absence, User
from cpm.uow import UnitOfWork


def add(
    uow: UnitOfWork, login: str, *, from_at: datetime, until_at: datetime, substitute: str | None = None
) -> Absence:
    """Entered by oneself, a supervisor or an operator. Conflict if somebody is away already at that time.

    Nobody makes themselves the substitute of another: they would belong to whichever team they like.
    """
    administering.must_be_allowed(uow, also=login, supervisors=True)
    if substitute == uow.actor != login:
        raise Forbidden(
            f"Expected somebody else to let {uow.actor} stand in for {login}, but they tried to do so themselves",
            de="Die eigene Vertretung für andere trägt jemand anderes ein.",
        )
    for each in sorted({login, substitute or login}):  # two who name each other meet here, not in a deadlock
        _lock(uow, each)
    _check(uow, login, from_at, until_at, substitute)
    absence = Absence(
        login=login, from_at=from_at, until_at=until_at, substitute=substitute, entered_by=uow.actor
    )
    uow.session.add(absence)
    uow.session.flush()
    audit.record(uow, "absence.entered", user=login, since=from_at, until=until_at, substitute=substitute)
    return absence


def remove(uow: UnitOfWork, absence_id: int) -> Absence:
    """It is as if it had never been entered; the audit remembers. To come back early is to remove it."""
    absence = uow.get(Absence, absence_id)
    administering.must_be_allowed(uow, also=absence.login, supervisors=True)
    uow.session.delete(absence)
    audit.record(uow, "absence.removed", user=absence.login, since=absence.from_at, until=absence.until_at)
    return absence


def _check(
    uow: UnitOfWork, login: str, from_at: datetime, until_at: datetime, substitute: str | None
) -> None:
    if not from_at < until_at:
        raise Invalid(
            "Expected an absence to begin before it ends, but it does not",
            [("until_at", "That is not after the beginning.")],
            problems_de=[("until_at", "Das liegt nicht nach dem Beginn.")],
            de="Eine Abwesenheit muss beginnen, bevor sie endet.",
        )
    if until_at <= uow.now:
        raise Invalid(
            "Expected an absence that is not over yet, but it is",
            [("until_at", "That is over already.")],
            problems_de=[("until_at", "Das ist schon vorbei.")],
            de="Diese Abwesenheit ist schon vorbei.",
        )
    if _away(uow, login, from_at, until_at):
        raise Conflict(
            f"Expected {login} to be there until this absence begins, but there is another at that time",
            de=f"Für {login} ist in dieser Zeit schon eine Abwesenheit eingetragen.",
        )
    if substitute is not None:
        _check_substitute(uow, login, from_at, until_at, substitute)


def _check_substitute(
    uow: UnitOfWork, login: str, from_at: datetime, until_at: datetime, substitute: str
) -> None:
    if substitute == login or not uow.get(User, substitute).active:
        raise Invalid(
            f"Expected somebody else who works here to stand in for {login}, but not {substitute}",
            [("substitute", "cannot stand in")],
            de=f"{substitute} kann {login} nicht vertreten.",
        )
    if _away(uow, substitute, from_at, until_at):
        raise Conflict(
            f"Expected {substitute} to be there to stand in for {login}, but they are away at that time",
            de=f"{substitute} ist in dieser Zeit selbst abwesend.",
        )


def _away(uow: UnitOfWork, login: str, from_at: datetime, until_at: datetime) -> bool:
    overlapping = select(Absence.id).where(
        Absence.login == login, Absence.from_at < until_at, Absence.until_at > from_at
    )
    return uow.session.scalar(overlapping.limit(1)) is not None


def _lock(uow: UnitOfWork, login: str) -> None:
    """Two absences of one person are entered one after the other, and the second sees the first."""
    uow.get(User, login)
    uow.session.execute(select(User.login).where(User.login == login).with_for_update(key_share=True))

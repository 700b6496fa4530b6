"""Users and teams, and what they are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cpm.database import ONLY_READS
from cpm.model import Team, User
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class UserLine:
    login: str
    name: str
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    active: bool
    skills: tuple[str, ...]
    extensions: tuple[str, ...]  #: where their telephone rings
    language: str | None
    can_sign_in: bool  #: they have a password
    must_change: bool
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class TeamLine:
    key: str
    name: str
    calendar: str
    members: tuple[str, ...]


def users(uow: UnitOfWork) -> list[UserLine]:
    return [of_user(user) for user in uow.session.scalars(select(User).order_by(User.login))]


def user(uow: UnitOfWork, login: str) -> UserLine:
    return of_user(uow.get(User, login))


def of_user(user: User) -> UserLine:
    return UserLine(
        login=user.login,
        name=user.name,
        roles=tuple(user.roles),
        teams=tuple(sorted(user.own_teams)),
        active=user.active,
        skills=tuple(user.skills),
        extensions=tuple(user.extensions),
        language=user.language,
        can_sign_in=user.password is not None,
        must_change=user.must_change,
        locked_until=user.locked_until,
    )


def teams(uow: UnitOfWork, language: str) -> list[TeamLine]:
    names, everybody = team_names(uow, language, afresh=True), users(uow)
    return [
        TeamLine(
            key=team.key,
            name=names[team.key],
            calendar=team.calendar,
            members=tuple(user.login for user in everybody if user.active and team.key in user.teams),
        )
        for team in uow.session.scalars(select(Team).order_by(Team.key))
    ]


def team(uow: UnitOfWork, key: str) -> Team:
    return uow.get(Team, key)


def team_names(uow: UnitOfWork, language: str, *, afresh: bool = False) -> Mapping[str, str]:
    """By key. Who only reads has them from the library; `afresh`: also those that another process has just added."""
    if ONLY_READS in uow.session.info and not afresh:
        return uow.library.named.teams["en" if language == "en" else "de"]
    found = uow.session.scalars(select(Team))
    return {team.key: team.name_en if language == "en" else team.name_de for team in found}


def user_names(uow: UnitOfWork, *, afresh: bool = False) -> Mapping[str, str]:
    """By login, likewise."""
    if ONLY_READS in uow.session.info and not afresh:
        return uow.library.named.users
    return {row.login: row.name for row in uow.session.execute(select(User.login, User.name))}

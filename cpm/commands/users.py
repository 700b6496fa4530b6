"""Users and teams: who works here and for whom."""

import re
from collections.abc import Sequence

from cpm.errors import Conflict, Invalid
from cpm.model import Membership, Role, Team, User
from cpm.uow import UnitOfWork

_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,39}")


def add_user(uow: UnitOfWork, login: str, *, name: str, roles: Sequence[Role], teams: Sequence[str]) -> User:
    """A new user; Conflict if the login is taken."""
    if not _LOGIN.fullmatch(login):
        raise Invalid(
            f"Expected a login of 2 to 40 letters, digits, dots or dashes in lower case, but got {login!r}",
            [("login", "does not fit")],
        )
    if uow.session.get(User, login) is not None:
        raise Conflict(f"Expected to add user {login}, but there is one already")
    user = User(login=login, name=name or login, roles=[role.value for role in roles], active=True)
    uow.session.add(user)
    _join(uow, user, teams)
    return user


def change_user(
    uow: UnitOfWork,
    login: str,
    *,
    name: str | None = None,
    roles: Sequence[Role] | None = None,
    teams: Sequence[str] | None = None,
    active: bool | None = None,
) -> User:
    """Change what is given and leave the rest. Tasks that a user holds stay theirs until released."""
    user = uow.get(User, login)
    if name is not None:
        user.name = name
    if roles is not None:
        user.roles = [role.value for role in roles]
    if teams is not None:
        user.memberships.clear()
        uow.session.flush()
        _join(uow, user, teams)
    if active is not None:
        user.active = active
    return user


def add_team(uow: UnitOfWork, key: str, *, name_de: str, name_en: str, calendar: str) -> Team:
    """A new team, or new names and calendar for one that is there."""
    team = uow.session.get(Team, key) or Team(key=key)
    team.name_de, team.name_en, team.calendar = name_de, name_en, calendar
    uow.session.add(team)
    return team


def _join(uow: UnitOfWork, user: User, teams: Sequence[str]) -> None:
    for key in dict.fromkeys(teams):
        user.memberships.append(Membership(team=uow.get(Team, key).key))

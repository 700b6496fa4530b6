"""Users: who works here, with which roles, and for which teams."""

import re
from collections.abc import Sequence

from sqlalchemy import select

from cpm.commands import administering, audit, checks, sign_in_brakes, sign_ins
from cpm.connectors.letters import BadAddress, checked_address
from cpm.errors import Conflict, Forbidden, Invalid, WrongState
from cpm.model import Membership, Role, Team, User
from cpm.phone_systems import desk
from cpm.uow import UnitOfWork

LANGUAGES = ("de", "en")
_MACHINES = ("mailbox", "worker", "webform", "sign-in")  #: they act under these names
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,39}")


def add_user(
    uow: UnitOfWork,
    login: str,
    *,
    name: str,
    roles: Sequence[Role],
    teams: Sequence[str],
    skills: Sequence[str] = (),
    extensions: Sequence[str] = (),
    language: str | None = None,
) -> User:
    """A new user without a password, who cannot sign in yet; Conflict if the login is taken."""
    administering.must_be_allowed(uow)
    if not _LOGIN.fullmatch(login):
        raise Invalid(
            f"Expected a login of 2 to 40 letters, digits, dots or dashes in lower case, but got {login!r}",
            [("login", "does not fit")],
            de="Ein Anmeldename hat 2 bis 40 Kleinbuchstaben, Ziffern, Punkte oder Striche und beginnt mit einem "
            "Buchstaben.",
        )
    if login in _MACHINES or uow.session.get(User, login) is not None:
        raise Conflict(
            f"Expected to add user {login}, but there is one already",
            de=f"Den Anmeldenamen {login} gibt es schon.",
        )
    user = User(login=login, name=_name(name) or login, roles=[role.value for role in roles], active=True)
    user.skills, user.extensions, user.language = _words(skills), _desks(extensions), _language(language)
    user.must_change, user.failed_sign_ins, user.single_keys = False, 0, True
    uow.session.add(user)
    _join(uow, user, teams)
    audit.record(uow, "user.added", user=login, roles=user.roles, teams=list(teams))
    return user


def change_user(
    uow: UnitOfWork,
    login: str,
    *,
    name: str | None = None,
    roles: Sequence[Role] | None = None,
    teams: Sequence[str] | None = None,
    active: bool | None = None,
    skills: Sequence[str] | None = None,
    extensions: Sequence[str] | None = None,
) -> User:
    """Change what is given and leave the rest. Tasks that a user holds stay theirs until released.

    Other roles end the user's sign-ins, and so does leaving.
    """
    administering.must_be_allowed(uow)
    user = uow.get(User, login)
    before = _facts(user)
    if name is not None:
        user.name = _name(name) or login
    if skills is not None:
        user.skills = _words(skills)
    if extensions is not None:
        user.extensions = _desks(extensions)
    if roles is not None and set(roles) != set(user.roles):
        _change_roles(uow, user, roles)
    if active is not None and active != user.active:
        _set_active(uow, user, active=active)
    if teams is not None and set(teams) != user.own_teams:
        user.memberships.clear()
        uow.session.flush()
        _join(uow, user, teams)
    if changed := {key: value for key, value in _facts(user).items() if value != before[key]}:
        audit.record(uow, "user.changed", user=login, **changed)
    return user


def prefer(
    uow: UnitOfWork,
    login: str,
    *,
    language: str | None = None,
    single_keys: bool | None = None,
    email: str | None = None,
) -> User:
    """What users choose for themselves; an empty language means as the browser asks, an empty address no mail."""
    administering.must_be_allowed(uow, also=login)
    user = uow.get(User, login)
    if language is not None:
        user.language = _language(language)
    if single_keys is not None:
        user.single_keys = single_keys
    if email is not None:
        user.email = _address(email.strip()) or None
    return user


def unlock(uow: UnitOfWork, login: str) -> User:
    """Wrong passwords so far are forgiven."""
    administering.must_be_allowed(uow)
    user = uow.get(User, login)
    sign_in_brakes.forgive(uow, user)
    audit.record(uow, "user.unlocked", user=login)
    return user


def _change_roles(uow: UnitOfWork, user: User, roles: Sequence[Role]) -> None:
    if user.login == uow.actor:
        raise Forbidden(
            f"Expected somebody else to change the roles of {user.login}, but they tried to do so themselves",
            de="Die eigenen Rollen ändert jemand anderes.",
        )
    if Role.OPERATOR not in roles:
        _keep_an_operator(uow, user)
    user.roles = [role.value for role in roles]
    sign_ins.end_all(uow, user.login)


def _set_active(uow: UnitOfWork, user: User, *, active: bool) -> None:
    if not active:
        _keep_an_operator(uow, user)
        sign_ins.end_all(uow, user.login)
    user.active = active


def _keep_an_operator(uow: UnitOfWork, leaving: User) -> None:
    """An installation without an operator could be administered by nobody; two who remove each other queue."""
    uow.session.flush()  # or else reading the rows afresh would undo what this command did to them
    active = select(User).where(User.active).order_by(User.login).with_for_update(key_share=True)
    fresh = uow.session.scalars(active.execution_options(populate_existing=True))
    operators = [user.login for user in fresh if Role.OPERATOR in user.roles]
    if operators == [leaving.login]:
        raise WrongState(
            f"Expected another active operator beside {leaving.login}, but there is none",
            de=f"{leaving.login} ist die letzte aktive Person mit der Rolle Betrieb.",
        )


def _facts(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "roles": list(user.roles),
        "teams": sorted(user.own_teams),
        "active": user.active,
        "skills": list(user.skills),
        "extensions": list(user.extensions),
    }


def _join(uow: UnitOfWork, user: User, teams: Sequence[str]) -> None:
    for key in dict.fromkeys(teams):
        user.memberships.append(Membership(team=uow.get(Team, key).key))


def _name(name: str) -> str:
    return checks.plain_text("name", name, required=False)


def _desks(extensions: Sequence[str]) -> list[str]:
    """Numbers at which their telephone rings, as `phone_systems.desk` compares them."""
    said = (checks.plain_text("extensions", one, required=False, longest=100) for one in extensions)
    return list(dict.fromkeys(desk(one) for one in said if one))


def _words(skills: Sequence[str]) -> list[str]:
    found = (checks.plain_text("skill", skill, required=False) for skill in skills)
    return list(dict.fromkeys(skill for skill in found if skill))


def _address(email: str) -> str:
    try:
        return checked_address(email) if email else ""
    except BadAddress as error:
        raise Invalid(
            str(error),
            [("email", "Please give an address like name@example.com.")],
            de=f"An {email:.80} lässt sich keine Mail schicken.",
            problems_de=[("email", "Bitte eine Adresse wie name@example.com angeben.")],
        ) from error


def _language(language: str | None) -> str | None:
    if language and language not in LANGUAGES:
        raise Invalid(
            f"Expected one of the languages {', '.join(LANGUAGES)}, but got {language!r}",
            [("language", "There is no such language here.")],
            de="Diese Sprache gibt es hier nicht.",
        )
    return language or None

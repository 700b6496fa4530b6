"""`cpm user ...`."""

import dataclasses
from collections.abc import Sequence

import click

from cpm.cli import layout, passwords
from cpm.cli.terminal import LANGUAGES, Terminal, printing
from cpm.commands import passwords as password_commands
from cpm.commands import users
from cpm.model import Role
from cpm.queries import people
from cpm.queries.people import UserLine

_ROLES = click.option(
    "--role",
    "roles",
    type=click.Choice([word.value for word in Role]),
    multiple=True,
    help="May be repeated.",
)
_TEAMS = click.option("--team", "teams", metavar="KEY", multiple=True, help="May be repeated.")
_SKILLS = click.option(
    "--skill", "skills", metavar="WORD", multiple=True, help="What they know; may be repeated."
)
_EXTENSIONS = click.option(
    "--extension", "extensions", metavar="NUMBER", multiple=True, help="Of their telephone; may be repeated."
)
_LANGUAGE = click.option(
    "--language",
    "speaks",
    type=click.Choice([*LANGUAGES, "any"]),
    help="The language of their pages; any: as their browser asks.",
)
_LOGIN = click.argument("login")


@click.group()
def user() -> None:
    """Who works here."""


user.add_command(passwords.password)


@user.command(name="add")
@_LOGIN
@click.option("--name", default="", metavar="TEXT")
@_ROLES
@_TEAMS
@_SKILLS
@_EXTENSIONS
@_LANGUAGE
@passwords.from_stdin
@passwords.permanent
@click.option("--no-password", is_flag=True, help="They cannot sign in until they get one.")
@printing
def add_user(
    terminal: Terminal,
    login: str,
    *,
    name: str,
    roles: Sequence[str],
    teams: Sequence[str],
    skills: Sequence[str],
    extensions: Sequence[str],
    speaks: str | None,
    stdin: bool,
    permanent: bool,
    no_password: bool,
) -> None:
    """A new user, an agent unless a role is given. A password is made for them and printed, this once."""
    engine = terminal.engine()
    chosen = None if no_password else passwords.choose(login, name, stdin=stdin)
    with engine.begin(terminal.program("cpm user")) as uow:
        added = users.add_user(
            uow,
            login,
            name=name,
            roles=[Role(role) for role in roles] or [Role.AGENT],
            teams=teams,
            skills=skills,
            extensions=extensions,
            language=_language(speaks),
        )
        if chosen is not None:
            uow.session.flush()
            password_commands.put(uow, login, chosen.hash, must_change=not permanent)
        made = people.of_user(added)
    shown = chosen.shown if chosen else None
    text = terminal.say(f"{made.name} ({login}) ist dabei.", f"{made.name} ({login}) is in.")
    terminal.show({**dataclasses.asdict(made), "password": shown}, text + passwords.told(terminal, shown))


@user.command()
@_LOGIN
@click.option("--name", metavar="TEXT")
@_ROLES
@_TEAMS
@_SKILLS
@_EXTENSIONS
@_LANGUAGE
@click.option("--active/--inactive", default=None, help="Whether they still work here.")
@printing
def change(
    terminal: Terminal,
    login: str,
    *,
    name: str | None,
    roles: Sequence[str],
    teams: Sequence[str],
    skills: Sequence[str],
    extensions: Sequence[str],
    speaks: str | None,
    active: bool | None,
) -> None:
    """Change what is given and leave the rest; roles, teams, skills and extensions replace those before."""
    with terminal.engine().begin(terminal.program("cpm user")) as uow:
        changed = users.change_user(
            uow,
            login,
            name=name,
            roles=[Role(role) for role in roles] or None,
            teams=teams or None,
            active=active,
            skills=skills or None,
            extensions=extensions or None,
        )
        if speaks is not None:
            users.prefer(uow, login, language=_language(speaks) or "")
        made = people.of_user(changed)
    terminal.show(made, terminal.say(f"{login} ist geändert.", f"{login} is changed."))


@user.command()
@_LOGIN
@printing
def unlock(terminal: Terminal, login: str) -> None:
    """Forget wrong passwords, so that a locked user can sign in at once."""
    with terminal.engine().begin(terminal.program("cpm user")) as uow:
        made = people.of_user(users.unlock(uow, login))
    terminal.show(made, terminal.say(f"{login} ist entsperrt.", f"{login} is unlocked."))


@user.command(name="list")
@printing
def list_users(terminal: Terminal) -> None:
    """Everybody, those who left too."""
    with terminal.engine().read() as look:
        found = people.users(look)
        locked = {one.login for one in found if one.locked_until and one.locked_until > look.now}
    german = ("Login", "Name", "Rollen", "Teams", "Fähigkeiten", "Stand")
    english = ("Login", "Name", "Roles", "Teams", "Skills", "State")
    rows = [
        (
            one.login,
            one.name,
            ", ".join(one.roles),
            ", ".join(one.teams),
            ", ".join(one.skills),
            _state(terminal, one, locked=one.login in locked),
        )
        for one in found
    ]
    terminal.show(found, layout.table(english if terminal.language == "en" else german, rows))


def _state(terminal: Terminal, one: UserLine, *, locked: bool) -> str:
    if not one.active:
        return terminal.say("ausgeschieden", "left")
    if locked:
        return terminal.say("gesperrt", "locked")
    return (
        terminal.say("aktiv", "active") if one.can_sign_in else terminal.say("ohne Passwort", "no password")
    )


def _language(speaks: str | None) -> str | None:
    return None if speaks == "any" else speaks

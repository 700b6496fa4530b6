"""`cpm user ...` and `cpm team ...`."""

from collections.abc import Sequence

import click

from cpm import calendars
from cpm.cli import layout
from cpm.cli.terminal import Terminal, printing
from cpm.commands import teams as team_commands
from cpm.commands import users
from cpm.model import Role
from cpm.queries import people

_ROLES = click.option(
    "--role",
    "roles",
    type=click.Choice([word.value for word in Role]),
    multiple=True,
    help="May be repeated.",
)
_TEAMS = click.option("--team", "teams", metavar="KEY", multiple=True, help="May be repeated.")
_LOGIN = click.argument("login")


@click.group()
def user() -> None:
    """Who works here."""


@user.command(name="add")
@_LOGIN
@click.option("--name", default="", metavar="TEXT")
@_ROLES
@_TEAMS
@printing
def add_user(
    terminal: Terminal, login: str, *, name: str, roles: Sequence[str], teams: Sequence[str]
) -> None:
    """A new user; an agent unless a role is given."""
    with terminal.engine().begin(terminal.program("cpm user")) as uow:
        made = people.of_user(
            users.add_user(
                uow, login, name=name, roles=[Role(role) for role in roles] or [Role.AGENT], teams=teams
            )
        )
    terminal.show(made, terminal.say(f"{made.name} ({login}) ist dabei.", f"{made.name} ({login}) is in."))


@user.command()
@_LOGIN
@click.option("--name", metavar="TEXT")
@_ROLES
@_TEAMS
@click.option("--active/--inactive", default=None, help="Whether they still work here.")
@printing
def change(
    terminal: Terminal,
    login: str,
    *,
    name: str | None,
    roles: Sequence[str],
    teams: Sequence[str],
    active: bool | None,
) -> None:
    """Change what is given and leave the rest; roles and teams replace those before."""
    with terminal.engine().begin(terminal.program("cpm user")) as uow:
        changed = users.change_user(
            uow,
            login,
            name=name,
            roles=[Role(role) for role in roles] or None,
            teams=teams or None,
            active=active,
        )
        made = people.of_user(changed)
    terminal.show(made, terminal.say(f"{login} ist geändert.", f"{login} is changed."))


@user.command(name="list")
@printing
def list_users(terminal: Terminal) -> None:
    """Everybody, those who left too."""
    with terminal.engine().read() as look:
        found = people.users(look)
    head = ("Login", "Name", terminal.say("Rollen", "Roles"), "Teams", terminal.say("aktiv", "active"))
    yes, no = terminal.say("ja", "yes"), terminal.say("nein", "no")
    rows = [
        (one.login, one.name, ", ".join(one.roles), ", ".join(one.teams), yes if one.active else no)
        for one in found
    ]
    terminal.show(found, layout.table(head, rows))


@click.group()
def team() -> None:
    """The teams that take the work."""


@team.command(name="add")
@click.argument("key")
@click.option("--de", "german", required=True, metavar="TEXT", help="The name in German.")
@click.option("--en", "english", required=True, metavar="TEXT", help="The name in English.")
@click.option(
    "--calendar", type=click.Choice(sorted(calendars.CALENDARS)), default="office", show_default=True
)
@printing
def add_team(terminal: Terminal, key: str, *, german: str, english: str, calendar: str) -> None:
    """A new team, or new names and hours for one that is there."""
    with terminal.engine().begin(terminal.program("cpm team")) as uow:
        team_commands.add_team(uow, key, name_de=german, name_en=english, calendar=calendar)
    about = {"key": key, "name_de": german, "name_en": english, "calendar": calendar}
    terminal.show(about, terminal.say(f"Team {key}: {german}", f"Team {key}: {english}"))


@team.command(name="list")
@printing
def list_teams(terminal: Terminal) -> None:
    """All teams and who is in them."""
    with terminal.engine().read() as look:
        found = people.teams(look, terminal.language)
    head = ("Team", "Name", terminal.say("Kalender", "Calendar"), terminal.say("Mitglieder", "Members"))
    terminal.show(
        found,
        layout.table(head, [(one.key, one.name, one.calendar, ", ".join(one.members)) for one in found]),
    )

"""`cpm team ...`."""

import click

from cpm.cli import layout
from cpm.cli.terminal import Terminal, printing
from cpm.commands import teams as commands
from cpm.queries import people


@click.group()
def team() -> None:
    """The teams that take the work."""


@team.command(name="add")
@click.argument("key")
@click.option("--de", "german", required=True, metavar="TEXT", help="The name in German.")
@click.option("--en", "english", required=True, metavar="TEXT", help="The name in English.")
@click.option(
    "--calendar",
    metavar="NAME",
    default="office",
    show_default=True,
    help="When they work, of calendars.toml.",
)
@printing
def add_team(terminal: Terminal, key: str, *, german: str, english: str, calendar: str) -> None:
    """A new team, or new names and hours for one that is there."""
    with terminal.engine().begin(terminal.program("cpm team")) as uow:
        commands.add_team(uow, key, name_de=german, name_en=english, calendar=calendar)
    about = {"key": key, "name_de": german, "name_en": english, "calendar": calendar}
    terminal.show(about, terminal.say(f"Team {key}: {german}", f"Team {key}: {english}"))


@team.command()
@click.argument("key")
@printing
def remove(terminal: Terminal, key: str) -> None:
    """Remove a team that has never had work."""
    with terminal.engine().begin(terminal.program("cpm team")) as uow:
        commands.remove_team(uow, key)
    terminal.show({"key": key}, terminal.say(f"Team {key} ist gelöscht.", f"Team {key} is removed."))


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

"""`cpm absence ...`."""

from datetime import datetime, timedelta

import click

from cpm.cli import layout
from cpm.cli.options import Moment
from cpm.cli.terminal import Terminal, printing
from cpm.commands import absences as commands
from cpm.queries import absences as queries


@click.group()
def absence() -> None:
    """Who is away, and who stands in for them."""


@absence.command()
@click.argument("login")
@click.option(
    "--from", "since", required=True, type=Moment(), metavar="DAY", help="2026-03-02, or with a time: 14:00."
)
@click.option(
    "--until",
    required=True,
    type=Moment(),
    metavar="DAY",
    help="The last day; with a time: until that moment.",
)
@click.option(
    "--substitute", metavar="LOGIN", help="Works for the absent's teams, and takes over their tasks."
)
@printing
def add(terminal: Terminal, login: str, *, since: datetime, until: datetime, substitute: str | None) -> None:
    """Somebody is away, by the clock of the office.

    For example: cpm absence add anna --from 2026-08-03 --until 2026-08-14 --substitute ben
    """
    end = until if until.time() != datetime.min.time() else until + timedelta(days=1)
    with terminal.engine().begin(terminal.program("cpm absence")) as uow:
        added = commands.add(
            uow,
            login,
            from_at=since,
            until_at=end,
            substitute=substitute,
        )
        about = queries.of_absence(uow, added)
    terminal.show(
        about,
        terminal.say(
            f"Abwesenheit {about.id}: {login} bis {terminal.moment(about.until_at)}",
            f"Absence {about.id}: {login} until {terminal.moment(about.until_at)}",
        ),
    )


@absence.command(name="list")
@click.option("--past", is_flag=True, help="Those that are over too.")
@printing
def list_absences(terminal: Terminal, *, past: bool) -> None:
    """Who is away or will be."""
    with terminal.engine().read() as look:
        found = queries.absences(look, past=past)
    german = ("Nr.", "Wer", "von", "bis", "Vertretung")
    english = ("ID", "Who", "from", "until", "Stands in")
    rows = [
        (
            str(one.id),
            one.login,
            terminal.moment(one.from_at),
            terminal.moment(one.until_at),
            one.substitute or "",
        )
        for one in found
    ]
    nobody = terminal.say("Niemand ist abwesend.", "Nobody is away.")
    head = english if terminal.language == "en" else german
    terminal.show(found, layout.table(head, rows) if rows else nobody)


@absence.command()
@click.argument("absence_id", metavar="ID", type=int)
@printing
def remove(terminal: Terminal, absence_id: int) -> None:
    """They are back, or never went."""
    with terminal.engine().begin(terminal.program("cpm absence")) as uow:
        about = queries.of_absence(uow, commands.remove(uow, absence_id))
    terminal.show(
        about, terminal.say(f"Abwesenheit {absence_id} ist gelöscht.", f"Absence {absence_id} is removed.")
    )

"""`cpm park` and `unpark`."""

from datetime import datetime

import click

from cpm.cli import options, telling
from cpm.cli.terminal import Terminal, printing
from cpm.commands import tasks as commands

_TASK = click.argument("task_id", metavar="ID", type=int)


@click.command()
@_TASK
@click.option(
    "--until",
    required=True,
    type=options.Moment(),
    help="When it is to come back, by the clock of the office.",
)
@click.option("--reason", required=True, metavar="TEXT", help="What it waits for.")
@options.assent
@printing
def park(terminal: Terminal, task_id: int, *, until: datetime, reason: str) -> None:
    """Put a task aside that you hold, until a time.

    For example: cpm park 7 --until "2026-12-01 09:00" --reason "The driver is back then"
    """
    engine = terminal.engine()
    with terminal.begin(engine) as uow:
        parked = commands.park(uow, task_id, reason=reason, until=until)
        case = parked.case
    telling.tell(terminal, engine, case, uow.journal, task=task_id, parked_until=until)


@click.command()
@_TASK
@options.assent
@printing
def unpark(terminal: Terminal, task_id: int) -> None:
    """Take up a parked task again before its time."""
    engine = terminal.engine()
    with terminal.begin(engine) as uow:
        case = commands.unpark(uow, task_id).case
    telling.tell(terminal, engine, case, uow.journal, task=task_id)

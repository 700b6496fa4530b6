"""`cpm escalate`."""

import click

from cpm.cli import options, telling
from cpm.cli.terminal import Terminal, printing
from cpm.commands import escalating as commands


@click.command()
@click.argument("task_id", metavar="ID", type=int)
@click.option("--team", required=True, metavar="KEY", help="Who is to take it.")
@click.option("--note", required=True, metavar="TEXT", help="What is wanted of them.")
@options.assent
@printing
def escalate(terminal: Terminal, task_id: int, *, team: str, note: str) -> None:
    """Hand a step that you hold on to another team, with a note.

    For example: cpm escalate 7 --team management --note "More than I may grant"
    """
    engine = terminal.engine()
    with terminal.begin(engine) as uow:
        case = commands.escalate(uow, task_id, team=team, note=note).case
    telling.tell(terminal, engine, case, uow.journal, task=task_id)

"""`cpm attributes ...`: what cases of a process are searched by, and bringing older cases up to it."""

import click

from cpm.cli import layout
from cpm.cli.terminal import Terminal, printing
from cpm.commands import refilling
from cpm.queries import columns


@click.group(name="attributes")
def attributes_() -> None:
    """What cases of a process are searched by."""


@attributes_.command(name="list")
@click.argument("process")
@printing
def list_(terminal: Terminal, process: str) -> None:
    """The columns of its lists."""
    with terminal.engine().read() as look:
        found = [one for one in columns.columns(look, process, terminal.language) if not one.fixed]
    head = (terminal.say("Merkmal", "Attribute"), terminal.say("Art", "Kind"), terminal.say("Name", "Label"))
    terminal.show(found, layout.table(head, [(one.name, one.kind.value, one.label) for one in found]))


@attributes_.command()
@click.argument("process")
@printing
def refill(terminal: Terminal, process: str) -> None:
    """Bring the cases that are there up to the attributes of its newest version."""
    engine, last, cases, values = terminal.engine(), 0, 0, 0
    while True:
        with engine.begin(terminal.user or "cpm attributes") as uow:
            done = refilling.refill(uow, process, last)
        cases, values = cases + done.cases, values + done.values
        if done.last_id is None:
            break
        last = done.last_id
    told = terminal.say(
        f"{cases} Vorgänge angesehen, {values} Merkmale geändert.",
        f"{cases} cases looked at, {values} attributes changed.",
    )
    terminal.show({"cases": cases, "values": values}, told)

"""`cpm webform ...`: addresses at which customers write to us."""

import click

from cpm import settings
from cpm.cli import layout
from cpm.cli.terminal import Terminal, printing
from cpm.commands import public_forms
from cpm.queries import public_forms as queries


@click.group()
def webform() -> None:
    """Public addresses of the web forms of processes."""


@webform.command()
@click.argument("process")
@printing
def add(terminal: Terminal, process: str) -> None:
    """Give the web form of PROCESS an address, and tell it; the one it has, if it has one."""
    with terminal.engine().begin(terminal.program("cpm webform")) as uow:
        key = public_forms.add(uow, process).key
    terminal.show({"key": key, "process": process, "address": _address(key)}, _address(key))


@webform.command(name="list")
@printing
def list_webforms(terminal: Terminal) -> None:
    """All addresses, with the messages of the last 30 days."""
    with terminal.engine().read() as look:
        found = queries.lines(look, terminal.language)
    head = (
        terminal.say("Adresse", "Address"),
        terminal.say("Prozess", "Process"),
        terminal.say("offen", "open"),
        terminal.say("Nachrichten", "Messages"),
        terminal.say("Maschinen", "Machines"),
    )
    yes, no = terminal.say("ja", "yes"), terminal.say("nein", "no")
    rows = [
        (_address(one.key), one.process, yes if one.active else no, str(one.messages), str(one.trapped))
        for one in found
    ]
    nothing = terminal.say("Es gibt keine.", "There are none.")
    terminal.show(found, layout.table(head, rows) if found else nothing)


@webform.command()
@click.argument("key")
@printing
def close(terminal: Terminal, key: str) -> None:
    """Close the address with this KEY, its last part."""
    with terminal.engine().begin(terminal.program("cpm webform")) as uow:
        public_forms.close(uow, key)
    terminal.show({"key": key, "open": False}, terminal.say(f"{key} ist geschlossen.", f"{key} is closed."))


def _address(key: str) -> str:
    return f"{settings.load().http_url}/f/{key}"

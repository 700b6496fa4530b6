"""`cpm customer note` and `notes`: what colleagues should know of a customer, whatever the case."""

import click

from cpm.cli import layout
from cpm.cli.terminal import Terminal, printing
from cpm.commands import customer_notes as commands
from cpm.queries import customer_notes, customers, search

_WHO = click.argument("who", metavar="NUMBER")


@click.command()
@_WHO
@click.argument("text")
@printing
def note(terminal: Terminal, who: str, text: str) -> None:
    """Note something on a customer, for colleagues only."""
    with terminal.begin(terminal.engine()) as uow:
        line = customer_notes.one(uow, commands.add(uow, search.one_customer(uow, who).id, text))
    terminal.show(line, terminal.say("Gespeichert.", "Kept."))


@click.command()
@_WHO
@printing
def notes(terminal: Terminal, who: str) -> None:
    """The newest notes on a customer."""
    with terminal.engine().read(terminal.acting()) as look:
        customer = customers.must_see(look, search.one_customer(look, who).id)
        found = customer_notes.of_customer(look, customer).lines
    gone = terminal.say("zurückgenommen", "taken back")
    rows = [
        (str(line.id), terminal.moment(line.at), line.author, gone if line.gone else line.text)
        for line in found
    ]
    head = ("ID", terminal.say("Wann", "When"), terminal.say("Wer", "Who"), "")
    terminal.show(found, layout.table(head, rows))

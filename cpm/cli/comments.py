"""`cpm case comment` and `comments`: what people of us say to each other about a case."""

import click

from cpm.cli import layout, options
from cpm.cli.terminal import Terminal, printing
from cpm.commands import comments as commands
from cpm.queries import access, commented, people


@click.command()
@options.number
@click.argument("text")
@printing
def comment(terminal: Terminal, case_id: int, *, text: str) -> None:
    """Comment on a case; @login in it tells somebody.

    For example: cpm case comment C-000042-2 "@demo.agent, can you call them?" --as demo.supervisor
    """
    with terminal.begin(terminal.engine()) as uow:
        made = commands.add(uow, case_id, text)
        uow.session.flush()
        line = commented.of_case(uow, made.case, people.user_names(uow)).lines[0]
    told = ", ".join(line.told)
    kept = terminal.say("Gespeichert", "Kept")
    words = terminal.say(f"{kept}; Bescheid weiß: {told}.", f"{kept}; told: {told}.") if told else f"{kept}."
    terminal.show(line, words)


@click.command()
@options.number
@printing
def comments(terminal: Terminal, case_id: int) -> None:
    """The comments on a case, the newest first."""
    with terminal.engine().read(terminal.acting()) as look:
        case = access.must_see(look, case_id)
        found = commented.of_case(look, case, people.user_names(look)).lines
    gone = terminal.say("zurückgenommen", "taken back")
    rows = [
        (str(line.id), terminal.moment(line.at), line.author, gone if line.gone else line.text)
        for line in found
    ]
    head = ("ID", terminal.say("Wann", "When"), terminal.say("Wer", "Who"), "")
    terminal.show(found, layout.table(head, rows))

"""`cpm case places`, `cpm case move` and `cpm case cancel`."""

from collections.abc import Sequence

import click

from cpm.bpmn import Begin
from cpm.cli import files, layout, options, telling
from cpm.cli.terminal import Terminal, printing
from cpm.commands import cancelling, moving
from cpm.commands.resolvable import OUTCOMES
from cpm.errors import Invalid
from cpm.model import Case
from cpm.queries import access
from cpm.queries import moving as shown
from cpm.uow import UnitOfWork

_WHY = click.option("--why", required=True, metavar="TEXT", help="Kept in the journal.")
_PREVIEW = click.option("--preview", is_flag=True, help="Only say what would happen.")


@click.command()
@options.number
@printing
def places(terminal: Terminal, case_id: int) -> None:
    """What a case stands at, and where it can be moved."""
    with terminal.engine().read(terminal.acting()) as look:
        found = access.must_see(look, case_id)
        standing = shown.standing(look, found, terminal.language)
        targets = shown.targets(look, found, terminal.language)
    here = layout.table(
        (terminal.say("Stelle", "Place"), "ID", terminal.say("Name", "Name")),
        [(str(each.node), "  " * each.depth + each.element, each.name) for each in standing],
    )
    there = layout.table(("ID", "Name"), [(each.element, each.name) for each in targets])
    to = terminal.say("Dorthin kann er versetzt werden:", "It can be moved to:")
    terminal.show({"standing": standing, "targets": targets}, f"{here}\n\n{to}\n{there}")


@click.command()
@options.number
@click.option(
    "--from", "left", multiple=True, metavar="PLACE", help="What is dropped: a number or id of `places`."
)
@click.option("--to", multiple=True, metavar="ID", help="The step that begins.")
@click.option("--inside", type=int, metavar="NUMBER", help="In which of several; a number of `places`.")
@options.settings
@options.data
@_WHY
@_PREVIEW
@options.assent
@printing
def move(
    terminal: Terminal,
    case_id: int,
    *,
    left: Sequence[str],
    to: Sequence[str],
    inside: int | None,
    given: Sequence[tuple[str, str]],
    file: str | None,
    why: str,
    preview: bool,
) -> None:
    """Drop what a case stands at and go on elsewhere; what was done stays done.

    For example: cpm case move C-000042-2 --from check_facts --to write_answer --why "The facts are known" --preview
    """
    engine, values = terminal.engine(), files.data(dict(given), file)
    transaction = engine.rehearse if preview else engine.begin
    with transaction(terminal.acting(), terminal.assent()) as uow:
        found = access.must_see(uow, case_id)
        begin = [Begin(each, inside, values) for each in to]
        moved = moving.move(uow, case_id, cancel=_nodes(uow, found, left), begin=begin, why=why)
        number, told = moved.number, telling.words(terminal, uow, moved)
    telling.show(terminal, number, told, preview=preview)


@click.command()
@options.number
@click.option("--outcome", type=click.Choice(OUTCOMES), required=True)
@_WHY
@_PREVIEW
@options.assent
@printing
def cancel(terminal: Terminal, case_id: int, *, outcome: str, why: str, preview: bool) -> None:
    """End a case whatever it stands at; what was done stays done."""
    engine = terminal.engine()
    transaction = engine.rehearse if preview else engine.begin
    with transaction(terminal.acting(), terminal.assent()) as uow:
        access.must_see(uow, case_id)
        ended = cancelling.cancel(uow, case_id, outcome=outcome, why=why)
        number, told = ended.number, telling.words(terminal, uow, ended)
    telling.show(terminal, number, told, preview=preview)


def _nodes(uow: UnitOfWork, case: Case, named: Sequence[str]) -> list[int]:
    """By number, or by id where one thing stands there."""
    standing = shown.standing(uow, case, "en")
    found = []
    for word in named:
        here = [each.node for each in standing if word in {each.element, str(each.node)}]
        if len(here) != 1:
            raise Invalid(
                f"Expected one thing to stand at {word!r}, but there are {len(here)}: name a number of `cpm case places`",
                de=f"An „{word}“ steht nicht genau eines: Bitte eine Nummer aus `cpm case places` nennen.",
            )
        found += here
    return found

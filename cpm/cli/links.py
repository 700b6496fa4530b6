"""`cpm case links`, `link`, `merge`, `split` and `undo`: cases that belong together."""

from collections.abc import Callable, Sequence

import click

from cpm.cli import layout, options
from cpm.cli.terminal import Terminal, printing
from cpm.commands import joining, separating, splitting
from cpm.commands import links as linking
from cpm.model import Case, CaseLink
from cpm.model.case_link import SAID
from cpm.queries import access, linked
from cpm.uow import UnitOfWork

_WHY = click.option("--why", required=True, metavar="TEXT", help="Kept in both journals.")
_PREVIEW = click.option("--preview", is_flag=True, help="Only say what would happen.")


@click.command("links")
@options.number
@printing
def links(terminal: Terminal, case_id: int) -> None:
    """The cases that a case belongs together with, and the customer's other open ones."""
    with terminal.engine().read(terminal.acting()) as look:
        case = access.must_see(look, case_id)
        found = linked.of_case(look, case, terminal.language)
        others = linked.open_of_customer(look, case.customer_id, terminal.language)
    others = [each for each in others if each.case != case.number]
    rows = [(str(each.id), each.words, each.case, each.subject, each.ended or each.state) for each in found]
    head = ("ID", terminal.say("Verbindung", "Link"), terminal.say("Vorgang", "Case"), "", "")
    more = layout.table(
        (terminal.say("Auch offen", "Also open"), ""), [(one.case, one.subject) for one in others]
    )
    terminal.show({"links": found, "open": others}, f"{layout.table(head, rows)}\n\n{more}")


@click.command("link")
@options.number
@click.argument("other", type=options.CaseNumber())
@click.option("--kind", type=click.Choice([kind.value for kind in SAID]), default="related")
@click.option("--why", default="", metavar="TEXT", help="Kept in both journals.")
@_PREVIEW
@options.assent
@printing
def link(terminal: Terminal, case_id: int, *, other: int, kind: str, why: str, preview: bool) -> None:
    """Say how two cases belong together."""
    _act(terminal, lambda uow: linking.link(uow, case_id, other, kind, why=why), preview=preview)


@click.command("merge")
@options.number
@click.argument("into", type=options.CaseNumber())
@_WHY
@_PREVIEW
@options.assent
@printing
def merge(terminal: Terminal, case_id: int, *, into: int, why: str, preview: bool) -> None:
    """Give all of a case to another one and close it; `cpm case undo` takes it back for 30 days.

    For example: cpm case merge C-000042-2 C-000041-4 --why "One boiler, reported twice" --preview
    """
    _act(terminal, lambda uow: joining.merge(uow, case_id, into, why=why), preview=preview)


@click.command("split")
@options.number
@click.option(
    "--message", "messages", multiple=True, type=int, required=True, help="A message that goes; its id."
)
@click.option("--process", required=True, metavar="KEY")
@click.option("--subject", default="", metavar="TEXT")
@_WHY
@_PREVIEW
@options.assent
@printing
def split(
    terminal: Terminal,
    case_id: int,
    *,
    messages: Sequence[int],
    process: str,
    subject: str,
    why: str,
    preview: bool,
) -> None:
    """Begin a new case with messages of this one."""

    def do(uow: UnitOfWork) -> CaseLink:
        return splitting.split(uow, case_id, messages=messages, process=process, subject=subject, why=why)

    _act(terminal, do, preview=preview)


@click.command("undo")
@click.argument("link_id", type=int)
@_WHY
@_PREVIEW
@options.assent
@printing
def undo(terminal: Terminal, link_id: int, *, why: str, preview: bool) -> None:
    """Take back a link, a merge or a split by the id that `cpm case links` shows."""
    _act(terminal, lambda uow: separating.undo(uow, link_id, why=why), preview=preview)


def _act(terminal: Terminal, do: Callable[[UnitOfWork], CaseLink], *, preview: bool) -> None:
    engine = terminal.engine()
    transaction = engine.rehearse if preview else engine.begin
    with transaction(terminal.acting(), terminal.assent()) as uow:
        made = do(uow)
        about: dict[str, object] = {"link": made.id, "kind": made.kind.value}
        about |= {"case": uow.get(Case, made.case_id).number, "other": uow.get(Case, made.other_id).number}
        told = linked.told(uow, terminal.language)
    lines = [
        layout.paragraph(f"{one.case}: {each}", first="- ", rest=2) for one in told for each in one.sentences
    ]
    nothing = terminal.say("Nichts hat sich geändert.", "Nothing has changed.")
    terminal.show({**about, "preview": preview, "told": told}, "\n".join(lines) or nothing)

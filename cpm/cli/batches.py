"""`cpm batch`: one act on many cases, proposed with a dry run, started, stopped, tried again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cpm import batching
from cpm.attributes import Search
from cpm.cli import files, layout, options
from cpm.cli.case_lists import Condition
from cpm.cli.terminal import Terminal, printing
from cpm.commands import batches
from cpm.commands.bulk_kinds import KINDS
from cpm.engine import Engine
from cpm.model import Batch, ItemState
from cpm.queries import batch_words
from cpm.queries import batches as shown
from cpm.queries.batches import BatchView, ItemLine
from cpm.queries.targets import Targets

_BATCH = click.argument("batch_id", metavar="BATCH", type=click.IntRange(1))
_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
only = click.option("--only", multiple=True, metavar="NUMBER", help="Only this case; may be repeated.")
why = click.option("--why", required=True, metavar="TEXT", help="The reason, which is kept.")


@click.group()
def batch() -> None:
    """One act on many cases: each is tried without effect first, and has a result of its own."""


@batch.command(name="list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@printing
def list_(terminal: Terminal, *, limit: int) -> None:
    """The latest batches."""
    with terminal.engine().read(terminal.acting()) as look:
        found = shown.page(look, limit=limit, language=terminal.language)
    terminal.show({"batches": [about(view) for view in found]}, _table(terminal, found))


@batch.command(name="show")
@_BATCH
@click.option(
    "--state", type=click.Choice([state.value for state in ItemState]), help="The cases that are so."
)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--csv", "csv_file", type=_FILE, metavar="FILE", help="Every case with its result, as CSV.")
@printing
def show_(terminal: Terminal, batch_id: int, *, state: str | None, limit: int, csv_file: Path | None) -> None:
    """How far a batch is, why cases did not go, and some of its cases."""
    with terminal.engine().read(terminal.acting()) as look:
        view = shown.view(look, batch_id, terminal.language)
        chosen = None if state is None else ItemState(state)
        lines = shown.items(look, batch_id, state=chosen, limit=limit, language=terminal.language)
        if csv_file:
            with csv_file.open("wb") as file:
                file.writelines(shown.as_csv(look, batch_id, terminal.language))
    items = [{"case": line.case, "state": line.state, "why": line.sentence} for line in lines]
    terminal.show({**about(view), "items": items}, f"{told(terminal, view)}{_items(terminal, lines)}")


@batch.command(name="propose")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option("--process", metavar="KEY")
@click.option("--version", "versions", type=int, multiple=True, help="Of the process; may be repeated.")
@click.option("--element", metavar="ID", help="Cases at which something waits or stands still there.")
@click.option("--view", metavar="KEY", help="A list that is kept, such as complaint:open.")
@click.option(
    "--where", "conditions", type=Condition(), multiple=True, metavar="CONDITION", help="As `cpm cases`."
)
@click.option("--case", "numbers", multiple=True, metavar="NUMBER", help="One case; may be repeated.")
@options.settings
@options.data
@why
@printing
def propose(
    terminal: Terminal,
    kind: str,
    *,
    process: str | None,
    versions: Sequence[int],
    element: str | None,
    view: str | None,
    conditions: Sequence[list[tuple[str, str]]],
    numbers: Sequence[str],
    given: Sequence[tuple[str, str]],
    file: str | None,
    why: str,
) -> None:
    """List the cases and try it at each without effect; `cpm batch start` does it.

    For example: cpm batch propose set_variables --process complaint --where state=open --set order_value=99 --why "wrong price list"
    """
    search = Search.of_pairs([pair for one in conditions for pair in one], process).text()
    chosen = Targets(process, tuple(versions), element, search, view, tuple(numbers))
    choices = {"data": files.data(dict(given), file)}
    looked_at(terminal, terminal.engine(), kind, chosen, choices, why=why)


@batch.command(name="start")
@_BATCH
@only
@options.assent
@printing
def start(terminal: Terminal, batch_id: int, *, only: Sequence[str]) -> None:
    """Do it to every case that can."""
    begun(terminal, batch_id, only)


@batch.command(name="stop")
@_BATCH
@printing
def stop(terminal: Terminal, batch_id: int) -> None:
    """Leave alone what was not begun."""
    with terminal.begin(terminal.engine()) as uow:
        batches.stop(uow, batch_id)
    show_again(terminal, batch_id)


@batch.command(name="retry")
@_BATCH
@options.assent
@printing
def retry(terminal: Terminal, batch_id: int) -> None:
    """Once more for the cases that refused or failed, and on with those that a stop left alone."""
    with terminal.begin(terminal.engine()) as uow:
        batches.retry(uow, batch_id)
    show_again(terminal, batch_id)


def looked_at(
    terminal: Terminal, engine: Engine, kind: str, chosen: Targets, choices: dict[str, Any], *, why: str
) -> None:
    """Propose it, and look at every case here and now."""
    with terminal.begin(engine) as uow:
        made: Batch = batches.propose(uow, kind, chosen, choices, why=why)
    batching.until_proposed(engine, made.id, "worker")
    show_again(terminal, made.id)


def begun(terminal: Terminal, batch_id: int, only: Sequence[str]) -> None:
    with terminal.begin(terminal.engine()) as uow:
        batches.start(uow, batch_id, only=only)
    show_again(terminal, batch_id)


def show_again(terminal: Terminal, batch_id: int) -> None:
    with terminal.engine().read(terminal.acting()) as look:
        view = shown.view(look, batch_id, terminal.language)
    terminal.show(about(view), told(terminal, view))


def about(view: BatchView) -> dict[str, Any]:
    """For programs."""
    reasons = [{"state": each.state, "count": each.count, "why": each.sentence} for each in view.reasons]
    return {
        "batch": view.id,
        "kind": view.kind,
        "state": view.state,
        "why": view.why,
        "by": view.started_by or view.created_by,
        "total": view.total,
        "unseen": view.unseen,
        "counts": {state.value: count for state, count in view.counts.items()},
        "reasons": reasons,
        "error": view.error,
    }


def told(terminal: Terminal, view: BatchView) -> str:
    say = terminal.say
    counts = [
        (batch_words.item(state, terminal.language), str(count)) for state, count in view.counts.items()
    ]
    unseen = say("nicht für Sie einsehbar", "not yours to see")
    head = [
        (say("Stand", "State"), view.state_word),
        (say("Grund", "Reason"), view.why),
        (say("Vorgeschlagen", "Proposed"), f"{view.proposer}, {terminal.moment(view.created_at)}"),
        (
            say("Gestartet", "Started"),
            f"{view.starter}, {terminal.moment(view.started_at)}" if view.starter else "",
        ),
        (say("Vorgänge", "Cases"), str(view.total)),
        (unseen, str(view.unseen) if view.unseen else ""),
        (say("Fehler", "Error"), view.error or ""),
    ]
    reasons = "\n".join(
        layout.paragraph(f"{each.count}  {each.sentence}", first="", rest=4) for each in view.reasons
    )
    parts = [
        f"{say('Sammelauftrag', 'Batch')} {view.id}: {view.name}",
        layout.named(head),
        layout.section(say("Je Vorgang", "Case by case"), layout.named(counts)),
        layout.section(say("Warum nicht", "Why not"), reasons),
        _next(terminal, view),
    ]
    return "\n".join(part for part in parts if part)


def _next(terminal: Terminal, view: BatchView) -> str:
    if view.state == "proposed" and view.able:
        return terminal.say(
            f"\nNoch ist nichts geschehen. Starten mit: cpm batch start {view.id}",
            f"\nNothing has happened yet. Start it with: cpm batch start {view.id}",
        )
    return ""


def _table(terminal: Terminal, found: Sequence[BatchView]) -> str:
    if not found:
        return terminal.say("Keine Sammelaufträge.", "No batches.")
    german = ("Nr.", "Was", "Stand", "Vorgänge", "erledigt", "Grund")
    english = ("ID", "What", "State", "Cases", "done", "Reason")
    rows = [
        (
            str(view.id),
            view.name,
            view.state_word,
            str(view.total),
            str(view.counts.get(ItemState.DONE, 0)),
            view.why,
        )
        for view in found
    ]
    return layout.table(english if terminal.language == "en" else german, rows)


def _items(terminal: Terminal, lines: Sequence[ItemLine]) -> str:
    rows = [(line.case, line.state_word, line.sentence or "") for line in lines]
    german, english = ("Vorgang", "Stand", "Warum"), ("Case", "State", "Why")
    head = english if terminal.language == "en" else german
    return f"\n\n{layout.table(head, rows)}" if rows else ""

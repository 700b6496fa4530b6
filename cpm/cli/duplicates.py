"""`cpm duplicates ...`: customers who may be one: find them, merge them, undo it."""

from typing import Any

import click

from cpm import case_numbers
from cpm.cli.terminal import Terminal, printing
from cpm.commands import duplicates as commands
from cpm.commands import merging
from cpm.identity import Reason
from cpm.queries import customers, merges
from cpm.queries import duplicates as queries
from cpm.queries.duplicates import DuplicateLine


@click.group()
def duplicates() -> None:
    """Customers who may be one."""


@duplicates.command("list")
@click.option(
    "--reason", type=click.Choice(queries.FILTERS), default=None, help="Only those for which this speaks."
)
@click.option("--page", type=click.IntRange(min=1), default=1)
@printing
def list_(terminal: Terminal, *, reason: str | None, page: int) -> None:
    """What waits for a decision, the likeliest first."""
    with terminal.engine().read(terminal.acting()) as look:
        found = queries.queue(look, reason=reason or "", offset=(page - 1) * queries.AT_ONCE)
    lines = (
        f"{row.id:>6}  {row.score} %  {_pair(row)}  ({_why(terminal, row.reasons)})" for row in found.items
    )
    terminal.show([_told(row) for row in found.items], "\n".join(lines))


@duplicates.command()
@printing
def scan(terminal: Terminal) -> None:
    """Look at all customers, in portions; again whenever you like. It can be broken off at any time."""
    engine, last, new = terminal.engine(), 0, 0
    after: int | None = 0
    while after is not None:
        with engine.begin(terminal.acting()) as uow:
            after, more = commands.scan(uow, after=after)
        last, new = after or last, new + more
    told = terminal.say(f"{new} neue Vorschläge.", f"{new} new suggestions.")
    terminal.show({"new": new, "last": last}, told)


@duplicates.command()
@click.argument("duplicate_id", type=int, metavar="ID")
@printing
def different(terminal: Terminal, duplicate_id: int) -> None:
    """The two of a suggestion are two."""
    with terminal.engine().begin(terminal.acting()) as uow:
        row = queries.line(commands.tell_apart(uow, duplicate_id))
    terminal.show(_told(row), _pair(row))


@duplicates.command()
@click.argument("survivor")
@click.argument("merged")
@click.option(
    "--take", multiple=True, metavar="FIELD", help="This field as the merged one has it; may be repeated."
)
@click.option("--preview", is_flag=True, help="Say what would happen, and do nothing.")
@printing
def merge(terminal: Terminal, *, survivor: str, merged: str, take: tuple[str, ...], preview: bool) -> None:
    """MERGED (K-000042-7) goes into SURVIVOR, which stays."""
    stays, goes = case_numbers.customer_id(survivor), case_numbers.customer_id(merged)
    engine, who = terminal.engine(), terminal.acting()
    with engine.read(who) as look:
        for each in (stays, goes):
            customers.must_see(look, each)
        found = merging.preview(look, stays, goes)
    lines = [f"{found.merged.number} {found.merged.name} -> {found.survivor.number} {found.survivor.name}"]
    lines += [f"  {each.place}: {each.goes} (+{each.stays})" for each in found.moving]
    if preview:
        terminal.show(found, "\n".join(lines))
        return
    with engine.begin(who) as uow:
        row = merging.merge(uow, stays, goes, chosen=dict.fromkeys(take, "merged"), seen=found.seen)
        number = row.id
    undo = terminal.say(f"Rückgängig: cpm duplicates undo {number}", f"To undo: cpm duplicates undo {number}")
    terminal.show({"merge": number, "survivor": stays, "merged": goes}, "\n".join([*lines, undo]))


@duplicates.command()
@printing
def merged(terminal: Terminal) -> None:
    """What was merged, the latest first."""
    with terminal.engine().read(terminal.acting()) as look:
        found = merges.listed(look)
    lines = (
        f"{row.id:>6}  {row.merged_number} {row.merged} -> {row.survivor_number} {row.survivor}"
        for row in found
    )
    told = [
        {"merge": row.id, "survivor": row.survivor_id, "merged": row.merged_id, "at": row.at} for row in found
    ]
    terminal.show(told, "\n".join(lines))


@duplicates.command()
@click.argument("merge_id", type=int, metavar="ID")
@printing
def undo(terminal: Terminal, merge_id: int) -> None:
    """Put back what went over with a merge, within 30 days."""
    with terminal.engine().begin(terminal.acting()) as uow:
        row = merging.unmerge(uow, merge_id)
        told = {"merge": row.id, "survivor": row.survivor_id, "merged": row.merged_id}
    terminal.show(told, terminal.say("Es sind wieder zwei Kunden.", "They are two customers again."))


def _pair(row: DuplicateLine) -> str:
    return f"{row.one_number} {row.one} = {row.other_number} {row.other}?"


def _why(terminal: Terminal, reasons: tuple[Reason, ...]) -> str:
    return ", ".join(terminal.say(reason.de, reason.en) for reason in reasons)


def _told(row: DuplicateLine) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": row.state,
        "score": row.score,
        "one": row.one_id,
        "other": row.other_id,
        "reasons": [reason.key for reason in row.reasons],
        "found_at": row.found_at,
    }

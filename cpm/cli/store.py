"""`cpm store`: where the bytes of documents lie."""

import sys
from collections.abc import Callable
from datetime import timedelta

import click

from cpm import keeping
from cpm.cli import harmless, installation
from cpm.cli.terminal import Terminal, printing
from cpm.commands import scans


@click.group()
def store() -> None:
    """Where the bytes of documents lie: check them, move them, sweep, look for viruses."""


@store.command()
@printing
@click.pass_context
def check(context: click.Context, terminal: Terminal) -> None:
    """Read everything and compare it with its digest; exit code 1 if something is missing or damaged."""
    found = keeping.check(installation.engine(), _progress())
    about = {
        "contents": found.contents,
        "bytes": found.bytes,
        "damaged": list(found.damaged),
        "orphans": found.orphans,
    }
    size = found.bytes / 1e6
    lines = [
        terminal.say(
            f"{found.contents} Inhalte, {size:.1f} MB; {len(found.damaged)} fehlen oder sind beschädigt; "
            f"{found.orphans} Dateien gehören zu nichts.",
            f"{found.contents} contents, {size:.1f} MB; {len(found.damaged)} missing or damaged; "
            f"{found.orphans} files belong to nothing.",
        ),
        *found.damaged,
    ]
    terminal.show(about, "\n".join(lines))
    if found.damaged:
        context.exit(1)


@store.command()
@click.option("--to", type=click.Choice(["file", "database"]), required=True)
@printing
def move(terminal: Terminal, to: str) -> None:
    """Move all contents; stopped at any moment it goes on from there. Set CPM_STORE for those that come later."""
    moved = keeping.move(installation.engine(), to, terminal.program("cpm store"), _progress())
    terminal.show({"moved": moved}, terminal.say(f"{moved} Inhalte verlegt.", f"{moved} contents moved."))


@store.command()
@click.option("--hours", type=click.IntRange(1), default=24, show_default=True, help="Only what is older.")
@printing
def sweep(terminal: Terminal, hours: int) -> None:
    """Remove files that no document refers to: left by transactions that were undone, or moved away."""
    gone = keeping.sweep(installation.engine(), older_than=timedelta(hours=hours))
    terminal.show({"removed": gone}, terminal.say(f"{gone} Dateien entfernt.", f"{gone} files removed."))


@store.command()
@printing
def scan(terminal: Terminal) -> None:
    """Have workers look for viruses in all that was not scanned yet, or could not be."""
    with installation.engine().begin(terminal.program("cpm store")) as uow:
        count = scans.all_unscanned(uow)
    terminal.show({"waiting": count}, terminal.say(f"{count} Inhalte warten.", f"{count} contents wait."))


def _progress() -> Callable[[int], None]:
    """For who watches; nothing for programs and logs."""
    shown = sys.stderr.isatty()

    def told(count: int) -> None:
        if shown and count % 100 == 0:
            harmless.echo(str(count), err=True)

    return told

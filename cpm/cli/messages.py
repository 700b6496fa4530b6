"""`cpm message` and `cpm signal`: what one process, or all of them, are told from here."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import click

from cpm.cli import files, options
from cpm.cli.terminal import Terminal, printing
from cpm.commands import messages, posting
from cpm.commands.posting import Who

_TO_LIVE = messages.LONGEST_TO_LIVE // timedelta(seconds=1)


def _about(command: Callable[..., Any]) -> Callable[..., Any]:
    for name, words in (
        ("--name", "The name of a new customer."),
        ("--phone", "Of the customer whose case it opens."),
        ("--email", "Of the customer whose case it opens."),
    ):
        command = click.option(name, default="", help=words)(command)
    return command


@click.command()
@click.argument("message")
@click.option(
    "--key", default="", help="The correlation key. None: only a process that begins by it takes it."
)
@click.option("--id", "unique_id", required=True, help="Yours; the same one again changes nothing.")
@click.option(
    "--seconds",
    type=click.IntRange(0, _TO_LIVE),
    default=messages.TIME_TO_LIVE // timedelta(seconds=1),
    show_default=True,
    help="How long it waits to be taken; 0: now or never.",
)
@_about
@options.settings
@options.data
@printing
def message(
    terminal: Terminal,
    message: str,
    *,
    key: str,
    unique_id: str,
    seconds: int,
    email: str,
    phone: str,
    name: str,
    given: tuple[tuple[str, str], ...],
    file: str | None,
) -> None:
    """Hand a MESSAGE to the case that waits for it, let it open one, or keep it until one waits."""
    with terminal.engine().begin(terminal.program("cpm message")) as uow:
        taken = posting.message(
            uow,
            message,
            key,
            unique_id,
            files.data(dict(given), file),
            about=Who(email, phone, name),
            to_live=timedelta(seconds=seconds),
        )
    said = (
        terminal.say("Ein Vorgang hat sie.", "A case has it.")
        if taken
        else terminal.say("Noch wartet niemand darauf.", "Nobody waits for it yet.")
    )
    terminal.show({"correlated": taken}, said)


@click.command()
@click.argument("signal")
@_about
@options.settings
@options.data
@printing
def signal(
    terminal: Terminal,
    signal: str,
    *,
    email: str,
    phone: str,
    name: str,
    given: tuple[tuple[str, str], ...],
    file: str | None,
) -> None:
    """Broadcast a SIGNAL to every case that listens now, and let processes begin by it."""
    with terminal.engine().begin(terminal.program("cpm signal")) as uow:
        cases = posting.signal(uow, signal, files.data(dict(given), file), about=Who(email, phone, name))
    said = terminal.say(f"Vorgänge, die es hören: {cases}.", f"Cases that hear it: {cases}.")
    terminal.show({"cases": cases}, said)

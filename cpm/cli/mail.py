"""`cpm receive`, `intake`, `sink`, and `cpm mail ...`: how messages come in, and where those of a demo end."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import click

from cpm import settings as environment
from cpm import training_settings
from cpm.channels.smtp_intake import intake as intake_server
from cpm.channels.smtp_sink import sink as sink_server
from cpm.cli import harmless, layout, running
from cpm.cli.terminal import Terminal, debug_option, printing
from cpm.commands import intake as intake_table
from cpm.commands import interactions
from cpm.engine import Engine
from cpm.model import ArrivalState
from cpm.queries import arrivals, mailboxes
from cpm.queries.arrivals import ArrivalLine

ACTOR = "mailbox"
_PROCESS = click.option(
    "--process",
    default=intake_table.USUAL,
    show_default=True,
    metavar="KEY",
    help="The process of a new case; with the usual one, intake.dmn may choose another by what the mail says.",
)
_PORT = click.option("--port", type=click.IntRange(0, 65535), help="0 lets the system choose.")
_MESSAGE = click.argument("arrival_id", metavar="ID", type=int)


@click.command()
@click.argument("file", type=click.File("rb"))
@_PROCESS
@printing
@click.pass_context
def receive(context: click.Context, terminal: Terminal, file: BinaryIO, process: str) -> None:
    """Take in a mail from a FILE (- is standard input): store it, then file it once."""
    engine = terminal.engine()
    with engine.begin(ACTOR) as uow:
        stored = interactions.store(uow, file.read(), process=process)
    seen = stored.state != ArrivalState.STORED
    with engine.begin(ACTOR) as uow:
        interactions.file(uow, stored.id)
    context.exit(_became(terminal, engine, stored.id, seen=seen))


@click.command()
@_PROCESS
@_PORT
@click.option("--lmtp", is_flag=True, help="Speak LMTP, as mail servers do to who delivers for them.")
@click.option(
    "--socket",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Listen at this UNIX socket and not at a port.",
)
@click.option(
    "--only-known", is_flag=True, help="Refuse recipients that `cpm mailbox address list` does not have."
)
@debug_option
def intake(process: str, port: int | None, path: Path | None, *, lmtp: bool, only_known: bool) -> None:
    """Take in mail by SMTP or LMTP on this machine, until it is stopped. `cpm work` files what is stored.

    Mail to an address of `cpm mailbox address` begins that address's process.
    """
    settings = environment.load()
    training_settings.must_not_be_here(settings.training, "take in mail")
    running.log_to_stderr(settings.log_level)
    engine = Terminal(None, "en", as_json=False).engine()

    def deliver(raw: bytes, _sender: str, recipients: Sequence[str]) -> None:
        with engine.begin(ACTOR) as uow:
            chosen = mailboxes.process_of(uow, recipients) or process
            interactions.store(uow, raw, process=chosen)

    def knows(address: str) -> bool:
        with engine.read() as look:
            return mailboxes.process_of(look, [address]) is not None

    chosen_port = settings.intake_port if port is None else port
    asked = knows if only_known else None
    server = intake_server(deliver, port=chosen_port, path=path, lmtp=lmtp, knows=asked)
    with running.until_stopped() as stopped, server:
        harmless.echo(f"Taking in mail on {server.place}.")
        while not stopped.wait(1):  # a signal that another thread took wakes nobody who waits for ever
            pass


@click.command()
@_PORT
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Where the mail is put.")
@debug_option
def sink(port: int | None, folder: Path | None) -> None:
    """Take all mail that leaves a demo, and put it into a folder; nothing of it reaches anybody.

    Addresses that begin with refuse, busy, full or toolarge are refused, so that exceptions can be tried.
    """
    settings = environment.load()
    where = folder or settings.home / "mail"
    chosen = settings.smtp_port if port is None else port
    with running.until_stopped() as stopped, sink_server(where, port=chosen) as server:
        harmless.echo(f"Putting mail for {server.host}:{server.port} into {where}.")
        while not stopped.wait(1):  # a signal that another thread took wakes nobody who waits for ever
            pass


@click.group()
def mail() -> None:
    """Messages as they came, and those that could not be filed."""


@mail.command()
@printing
def quarantined(terminal: Terminal) -> None:
    """Messages that could not be filed, each with its reason."""
    with terminal.engine().read() as look:
        found = arrivals.quarantined(look)
    head = (
        terminal.say("Nr.", "ID"),
        terminal.say("Eingang", "Received"),
        "Bytes",
        terminal.say("Grund", "Reason"),
    )
    rows = [(str(one.id), terminal.moment(one.received), str(one.bytes), one.reason or "") for one in found]
    nothing = terminal.say("Nichts in Quarantäne.", "Nothing is quarantined.")
    terminal.show(found, layout.table(head, rows) if found else nothing)


@mail.command()
@_MESSAGE
@printing
def show(terminal: Terminal, arrival_id: int) -> None:
    """One message as it came, and what became of it."""
    with terminal.engine().read() as look:
        view = arrivals.view(look, arrival_id)
    terminal.show(view, f"{_sentence(terminal, view.arrival, seen=False)}\n\n{view.beginning}")


@mail.command()
@_MESSAGE
@printing
@click.pass_context
def retry(context: click.Context, terminal: Terminal, arrival_id: int) -> None:
    """Try to file a quarantined message again."""
    engine = terminal.engine()
    with engine.begin(terminal.user or ACTOR) as uow:
        interactions.retry(uow, arrival_id)
    context.exit(_became(terminal, engine, arrival_id, seen=False))


def _became(terminal: Terminal, engine: Engine, arrival_id: int, *, seen: bool) -> int:
    """Say what became of a message; the exit code: 1 if it is quarantined."""
    with engine.read() as look:
        found = arrivals.one(look, arrival_id)
    terminal.show(found, _sentence(terminal, found, seen=seen or found.repeated))
    return 1 if found.state == ArrivalState.QUARANTINED else 0


def _sentence(terminal: Terminal, found: ArrivalLine, *, seen: bool) -> str:
    say, number = terminal.say, found.id
    if found.state == ArrivalState.QUARANTINED:
        return say(
            f"Nachricht {number} ist in Quarantäne: {found.reason} Noch einmal: cpm mail retry {number}",
            f"Message {number} is quarantined: {found.reason} To try again: cpm mail retry {number}",
        )
    if found.state == ArrivalState.STORED:
        return say(f"Nachricht {number} liegt bereit.", f"Message {number} is stored.")
    if found.case is None:
        return say(
            f"Nachricht {number} kam von einer Maschine ({found.automatic}) und gehört zu keinem Vorgang.",
            f"Message {number} came from a machine ({found.automatic}) and belongs to no case.",
        )
    if seen:
        return say(f"War schon abgelegt: {found.case}", f"Already filed: {found.case}")
    return say(f"Abgelegt: {found.case}", f"Filed: {found.case}")

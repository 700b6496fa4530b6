"""`cpm mailbox ...` and `cpm fetch`: the mailboxes that we fetch mail from."""

import sys
from datetime import datetime

import click

from cpm import settings as environment
from cpm import training_settings
from cpm.cli import harmless, layout, running
from cpm.cli.mailboxes_shown import page, table
from cpm.cli.terminal import Terminal, debug_option, printing
from cpm.commands import intake as intake_table
from cpm.commands import mailboxes as commands
from cpm.commands.mailboxes import Wanted
from cpm.fetching import Fetcher, try_out
from cpm.model import Afterwards, Security
from cpm.queries import mailboxes as queries

_NAME = click.argument("name")


@click.command()
@click.option("--once", is_flag=True, help="Look once into each mailbox that is due, then end.")
@debug_option
def fetch(*, once: bool) -> None:
    """Fetch the mail of all mailboxes, until it is stopped; `cpm work` files it. Several of these may run.

    Passwords come from CPM_MAILBOX_<NAME>_PASSWORD or _FILE.
    """
    settings = environment.load()
    running.log_to_stderr(settings.log_level)
    fetcher = Fetcher(Terminal(None, "en", as_json=False).engine())
    if once:
        harmless.echo(f"Stored: {fetcher.once()}")
        return
    harmless.echo("Fetching mail.")
    sys.stdout.flush()
    with running.until_stopped(fetcher.stop):
        fetcher.run()


@click.group()
def mailbox() -> None:
    """The mailboxes that mail is fetched from (IMAP), and the addresses that are ours."""


@mailbox.command()
@_NAME
@click.option("--host", required=True)
@click.option("--user", "account", required=True, help="Who signs in, often the address.")
@click.option(
    "--security",
    type=click.Choice([each.value for each in Security]),
    default="tls",
    show_default=True,
    help="none: to this machine only.",
)
@click.option("--port", type=click.IntRange(1, 65535), help="Usually 993, with starttls 143.")
@click.option("--folder", default="INBOX", show_default=True)
@click.option(
    "--process",
    default=intake_table.USUAL,
    show_default=True,
    metavar="KEY",
    help="The process of a new case.",
)
@click.option(
    "--address", "addresses", multiple=True, metavar="ADDRESS", help="An address of ours that comes in here."
)
@click.option(
    "--every",
    type=click.IntRange(commands.SHORTEST, commands.LONGEST),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="Between two looks.",
)
@click.option("--idle/--no-idle", default=True, help="Whether the server is to tell of new mail at once.")
@click.option(
    "--afterwards",
    type=click.Choice([each.value for each in Afterwards]),
    default="seen",
    show_default=True,
    help="What becomes of a message on the server once it is stored here.",
)
@click.option("--move-to", default="", metavar="FOLDER")
@click.option(
    "--keep-days", type=click.IntRange(0), default=0, help="What is to be deleted stays so many days."
)
@click.option("--only-new", is_flag=True, help="Pass over what lies there already; else all of it is read.")
@printing
def add(
    terminal: Terminal,
    name: str,
    *,
    account: str,
    security: str,
    afterwards: str,
    only_new: bool,
    **more: object,
) -> None:
    """A new mailbox, or new settings for the one of this NAME.

    The password is never asked for: it stands in CPM_MAILBOX_<NAME>_PASSWORD or _FILE where `cpm fetch` runs.
    """
    engine = terminal.engine()
    since: datetime | None = engine.clock() if only_new else None
    chosen = {
        "user": account,
        "security": Security(security),
        "afterwards": Afterwards(afterwards),
        "reads_from": since,
    }
    with engine.begin(terminal.program("cpm mailbox")) as uow:
        commands.put(uow, name, Wanted(**more, **chosen))  # type: ignore[arg-type]  # click has checked them
    _show(terminal, name)


@mailbox.command(name="list")
@printing
def list_mailboxes(terminal: Terminal) -> None:
    """All mailboxes: how each does, and how far behind it is."""
    with terminal.engine().read() as look:
        found = queries.lines(look, terminal.language)
    terminal.show(found, table(terminal, found))


@mailbox.command()
@_NAME
@printing
def show(terminal: Terminal, name: str) -> None:
    """One mailbox, with the messages that would not come."""
    _show(terminal, name)


@mailbox.command()
@_NAME
@printing
@click.pass_context
def test(context: click.Context, terminal: Terminal, name: str) -> None:
    """Sign in and look, without fetching anything; say in plain words what is wrong."""
    training_settings.must_not_be_here(environment.load().training, "sign in at a mailbox")
    with terminal.engine().read() as look:
        wanted = commands.named(look, name)
    found = try_out(wanted)
    lines = [f"{'✓' if one.fits else '✗'} {terminal.say(one.de, one.en)}" for one in found]
    terminal.show(found, "\n".join(lines))
    context.exit(0 if all(one.fits for one in found) else 1)


@mailbox.command()
@_NAME
@click.option("--why", required=True, metavar="TEXT")
@printing
def pause(terminal: Terminal, name: str, *, why: str) -> None:
    """Fetch nothing from it until it is resumed; what comes meanwhile lies on the server."""
    with terminal.engine().begin(terminal.program("cpm mailbox")) as uow:
        commands.pause(uow, name, why=why)
    _show(terminal, name)


@mailbox.command()
@_NAME
@printing
def resume(terminal: Terminal, name: str) -> None:
    """Fetch from it again, beginning now."""
    with terminal.engine().begin(terminal.program("cpm mailbox")) as uow:
        commands.resume(uow, name)
    _show(terminal, name)


@mailbox.command()
@_NAME
@printing
def remove(terminal: Terminal, name: str) -> None:
    """Forget it, with its addresses; what came from it stays."""
    with terminal.engine().begin(terminal.program("cpm mailbox")) as uow:
        commands.remove(uow, name)
    terminal.show(
        {"name": name}, terminal.say(f"Postfach {name} ist entfernt.", f"Mailbox {name} is removed.")
    )


@mailbox.command()
@click.argument("unfetched_id", metavar="ID", type=int)
@printing
def again(terminal: Terminal, unfetched_id: int) -> None:
    """Try at once a message that would not come; `cpm mailbox show` has its ID."""
    with terminal.engine().begin(terminal.program("cpm mailbox")) as uow:
        found = commands.ask_again(uow, unfetched_id)
        about = {"mailbox": found.mailbox.name, "uid": found.uid}
    said = terminal.say("Wird gleich noch einmal geholt.", "It is fetched again in a moment.")
    terminal.show(about, said)


@mailbox.group()
def address() -> None:
    """Our addresses, and the process that mail handed over to each begins (SMTP, LMTP)."""


@address.command(name="add")
@click.argument("address_", metavar="ADDRESS")
@click.option("--process", required=True, metavar="KEY", help="The process of a new case.")
@printing
def add_address(terminal: Terminal, address_: str, *, process: str) -> None:
    """An address of ours; what stands behind a plus in it is not looked at."""
    with terminal.engine().begin(terminal.program("cpm mailbox")) as uow:
        made = commands.put_address(uow, address_, process=process).address
    terminal.show({"address": made, "process": process}, f"{made}: {process}")


@address.command(name="list")
@printing
def list_addresses(terminal: Terminal) -> None:
    """All addresses that are ours."""
    with terminal.engine().read() as look:
        found = queries.addresses(look)
    head = (
        terminal.say("Adresse", "Address"),
        terminal.say("Prozess", "Process"),
        terminal.say("Postfach", "Mailbox"),
    )
    rows = [(one.address, one.process, one.mailbox or "") for one in found]
    terminal.show(
        found, layout.table(head, rows) if found else terminal.say("Es gibt keine.", "There are none.")
    )


@address.command(name="remove")
@click.argument("address_", metavar="ADDRESS")
@printing
def remove_address(terminal: Terminal, address_: str) -> None:
    """It is not ours any more."""
    with terminal.engine().begin(terminal.program("cpm mailbox")) as uow:
        gone = commands.remove_address(uow, address_).address
    terminal.show({"address": gone}, terminal.say(f"{gone} ist entfernt.", f"{gone} is removed."))


def _show(terminal: Terminal, name: str) -> None:
    with terminal.engine().read() as look:
        view = queries.view(look, commands.named(look, name), terminal.language)
    terminal.show(view, page(terminal, view))

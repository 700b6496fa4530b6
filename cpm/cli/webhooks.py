"""`cpm webhook ...`: which other systems hear what happens in cases."""

import click

from cpm.cli import layout
from cpm.cli.terminal import Terminal, printing
from cpm.commands import webhooks
from cpm.queries import webhooks as queries

_WHO = "cpm webhook"


@click.group()
def webhook() -> None:
    """Addresses of other systems that are told what happens in cases (docs/http.md)."""


@webhook.command()
@click.argument("url")
@click.option(
    "--event", "events", multiple=True, required=True, help="Such as case.closed, case.* or *; several times."
)
@click.option("--process", help="Only cases of this process.")
@printing
def add(terminal: Terminal, url: str, events: tuple[str, ...], process: str | None) -> None:
    """Tell URL of these events from now on. Its host must stand in CPM_OUTGOING_HOSTS."""
    with terminal.engine().begin(terminal.program(_WHO)) as uow:
        made = webhooks.add(uow, url, list(events), process=process)
        number, secret = made.id, webhooks.secret(uow, made.id)
    said = terminal.say(
        f"{url} hört ab jetzt davon, als Nummer {number}. Damit prüft es, dass wir es sind: {secret}",
        f"{url} is told from now on, as number {number}. By this it proves that it is us: {secret}",
    )
    terminal.show(
        {"id": number, "url": url, "events": list(events), "process": process, "secret": secret}, said
    )


@webhook.command(name="list")
@printing
def list_webhooks(terminal: Terminal) -> None:
    """All of them, with what they have missed."""
    with terminal.engine().read() as look:
        found = queries.lines(look)
    head = (
        terminal.say("Nr.", "No."),
        terminal.say("Adresse", "Address"),
        terminal.say("Ereignisse", "Events"),
        terminal.say("aktiv", "active"),
        terminal.say("verpasst", "missed"),
        terminal.say("zuletzt", "last"),
    )
    yes, no = terminal.say("ja", "yes"), terminal.say("nein", "no")
    rows = [
        (
            str(one.id),
            one.url,
            ", ".join(one.events),
            yes if one.active else no,
            str(one.missed),
            one.failure or "ok",
        )
        for one in found
    ]
    terminal.show(
        found, layout.table(head, rows) if found else terminal.say("Es gibt keine.", "There are none.")
    )


@webhook.command()
@click.argument("number", type=int)
@printing
def end(terminal: Terminal, number: int) -> None:
    """Tell webhook NUMBER nothing more."""
    with terminal.engine().begin(terminal.program(_WHO)) as uow:
        webhooks.end(uow, number)
    terminal.show(
        {"id": number, "active": False}, terminal.say(f"{number} ist beendet.", f"{number} is ended.")
    )


@webhook.command()
@click.argument("number", type=int)
@printing
def secret(terminal: Terminal, number: int) -> None:
    """The secret by which webhook NUMBER proves that it is us."""
    with terminal.engine().read(terminal.program(_WHO)) as look:
        found = webhooks.secret(look, number)
    terminal.show({"id": number, "secret": found}, found)


@webhook.command()
@click.argument("number", type=int)
@printing
def again(terminal: Terminal, number: int) -> None:
    """Send webhook NUMBER what it has missed, at most 1,000 events at a time."""
    with terminal.engine().begin(terminal.program(_WHO)) as uow:
        count = webhooks.again(uow, number)
    terminal.show(
        {"id": number, "sent": count},
        terminal.say(f"{count} gehen noch einmal hinaus.", f"{count} are sent again."),
    )

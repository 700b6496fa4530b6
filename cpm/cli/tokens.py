"""`cpm token ...`."""

from collections.abc import Sequence
from datetime import timedelta

import click

from cpm.cli import layout
from cpm.cli.terminal import Terminal, printing
from cpm.commands import tokens as commands
from cpm.model import SCOPES
from cpm.queries import tokens as queries


@click.group()
def token() -> None:
    """What lets programs act as a user over the API."""


@token.command()
@click.argument("login")
@click.option("--name", required=True, metavar="TEXT", help="What it is for.")
@click.option(
    "--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True, help="May be repeated."
)
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True, help="How long it lasts.")
@printing
def create(terminal: Terminal, login: str, *, name: str, scopes: Sequence[str], days: int) -> None:
    """A token that acts as this user; its text is printed this once."""
    with terminal.engine().begin(terminal.program("cpm token")) as uow:
        ends = uow.now + timedelta(days=days)
        made = commands.create(uow, login, name=name, scopes=scopes, expires_at=ends)
    until = terminal.moment(ends)
    terminal.show(
        {
            "id": made.token.id,
            "login": login,
            "scopes": made.token.scopes,
            "expires_at": ends,
            "text": made.text,
        },
        terminal.say(
            f"Token {made.token.id} für {login}, gültig bis {until}. Wird nur jetzt gezeigt:\n{made.text}",
            f"Token {made.token.id} for {login}, valid until {until}. Shown only now:\n{made.text}",
        ),
    )


@token.command(name="list")
@click.option("--user", "login", metavar="LOGIN", help="Of one user only.")
@printing
def list_tokens(terminal: Terminal, *, login: str | None) -> None:
    """All tokens, without their text."""
    with terminal.engine().read() as look:
        found = queries.tokens(look, login=login)
    german = ("Nr.", "Für", "Name", "gültig bis", "zuletzt benutzt", "Stand", "Rechte")
    english = ("ID", "For", "Name", "valid until", "last used", "State", "Scopes")
    states = {
        "valid": terminal.say("gültig", "valid"),
        "expired": terminal.say("abgelaufen", "expired"),
        "revoked": terminal.say("widerrufen", "revoked"),
    }
    rows = [
        (
            str(one.id),
            one.login,
            one.name,
            terminal.moment(one.expires_at),
            terminal.moment(one.last_used_at),
            states[one.state],
            ", ".join(one.scopes),
        )
        for one in found
    ]
    terminal.show(found, layout.table(english if terminal.language == "en" else german, rows))


@token.command()
@click.argument("token_id", metavar="ID", type=int)
@printing
def revoke(terminal: Terminal, token_id: int) -> None:
    """Nobody can use it any more."""
    with terminal.engine().begin(terminal.program("cpm token")) as uow:
        about = queries.of_token(uow, commands.revoke(uow, token_id))
    terminal.show(about, terminal.say(f"Token {token_id} ist widerrufen.", f"Token {token_id} is revoked."))

"""`cpm user password` and what `cpm user add` shares with it: a password comes from standard input or is made here."""

import sys
from dataclasses import dataclass

import click

from cpm import passwords
from cpm.cli.terminal import Terminal, printing
from cpm.commands import passwords as commands
from cpm.errors import Invalid

from_stdin = click.option(
    "--password-stdin", "stdin", is_flag=True, help="Take the password from the first line of standard input."
)
permanent = click.option(
    "--permanent", is_flag=True, help="Its owner chose it and need not change it at the next sign-in."
)


@dataclass(frozen=True, slots=True)
class Chosen:
    hash: str
    shown: str | None  #: to be printed once; None: whoever typed it knows it


def choose(login: str, name: str, *, stdin: bool) -> Chosen:
    """Hashed, which takes its time: call it before the transaction."""
    if not stdin:
        made = passwords.generate()
        return Chosen(passwords.hash_(made), made)
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise Invalid("Expected a password on standard input, but there is none")
    passwords.check(given, login, name)
    return Chosen(passwords.hash_(given), None)


def told(terminal: Terminal, password: str | None) -> str:
    """The line that shows it, this once."""
    if password is None:
        return ""
    return terminal.say(
        f"\nPasswort (wird nur jetzt gezeigt): {password}", f"\nPassword (shown only now): {password}"
    )


@click.command()
@click.argument("login")
@from_stdin
@permanent
@printing
def password(terminal: Terminal, login: str, *, stdin: bool, permanent: bool) -> None:
    """A new password, made and printed here; all sign-ins of the user end."""
    engine = terminal.engine()
    with engine.read() as look:
        name = look.person(login).name
    chosen = choose(login, name, stdin=stdin)
    with engine.begin(terminal.program("cpm user")) as uow:
        commands.put(uow, login, chosen.hash, must_change=not permanent)
    done = terminal.say(f"{name} ({login}) hat ein neues Passwort.", f"{name} ({login}) has a new password.")
    terminal.show({"login": login, "password": chosen.shown}, done + told(terminal, chosen.shown))

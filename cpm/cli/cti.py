"""`cpm cti ...`: play a telephone system, to try the desk without one."""

import secrets
from collections.abc import Sequence

import click
from sqlalchemy import select

from cpm.cli import layout
from cpm.cli.terminal import Terminal, printing
from cpm.commands import ringing
from cpm.errors import NotFound
from cpm.model import Direction, Talk
from cpm.phone_numbers import shown
from cpm.phone_systems import Heard, Told, desk
from cpm.queries import words
from cpm.uow import UnitOfWork

SYSTEM = "demo"
_BY = click.option("--by", "desks", metavar="EXTENSION", multiple=True, help="Who answers.")
_CALL = click.argument("call", required=False)


@click.group()
def cti() -> None:
    """Play a telephone system: let it ring at a desk, answer, hang up (docs/desk.md)."""


@cti.command()
@click.argument("number")
@click.option("--to", "desks", metavar="EXTENSION", multiple=True, required=True, help="May be repeated.")
@click.option("--out", is_flag=True, help="The desk calls NUMBER.")
@click.option("--call", metavar="ID", help="What the call is called; by default something new.")
@printing
def ring(terminal: Terminal, number: str, *, desks: Sequence[str], out: bool, call: str | None) -> None:
    """NUMBER calls; it rings at whoever has the EXTENSION. `anonymous` withholds the number."""
    call = call or secrets.token_hex(4)
    caller, dialled = (desks[0], number) if out else (number, desks[0])
    _tell(terminal, Told(Heard.NEW, call, out, caller, dialled, _desks(desks), None))


@cti.command()
@_CALL
@_BY
@printing
def answer(terminal: Terminal, call: str | None, *, desks: Sequence[str]) -> None:
    """Somebody answers the call, by default the latest."""
    _tell(terminal, Told(Heard.ANSWER, _latest(terminal, call), False, "", "", _desks(desks), None))


@cti.command()
@_CALL
@click.option("--cause", metavar="WORD", help="Why it ended, such as busy.")
@printing
def hangup(terminal: Terminal, call: str | None, *, cause: str | None) -> None:
    """The call is over, by default the latest."""
    _tell(terminal, Told(Heard.HANGUP, _latest(terminal, call), False, "", "", (), cause))


@cti.command(name="list")
@printing
def list_calls(terminal: Terminal) -> None:
    """The latest calls of all systems."""
    with terminal.engine().read() as look:
        found = look.session.scalars(select(Talk).order_by(Talk.id.desc()).limit(25)).all()
        lines = [_told(each) for each in found]
    head = (
        terminal.say("Anruf", "Call"),
        terminal.say("Richtung", "Direction"),
        terminal.say("Nummer", "Number"),
        terminal.say("Stand", "State"),
        terminal.say("Bei", "With"),
    )
    rows = [
        (
            str(one["call"]),
            _way(terminal, one["direction"]),
            shown(str(one["number"] or "")) or terminal.say("unterdrückt", "withheld"),
            words.state(str(one["state"]), terminal.language),
            one["with"] or "-",
        )
        for one in lines
    ]
    terminal.show(lines, layout.table(head, rows))


def _tell(terminal: Terminal, told: Told) -> None:
    with terminal.engine().begin(terminal.program("cpm cti")) as uow:
        talk = ringing.take(uow, SYSTEM, told)
        if talk is None:
            raise NotFound(
                f"Expected a call {told.call_id!r:.40}, but there is none", de="Diesen Anruf gibt es nicht."
            )
        made, desks = _told(talk), _at(uow, talk)
    where = ", ".join(desks) or terminal.say("niemandem", "nobody")
    state = words.state(talk.state.value, terminal.language)
    terminal.show(
        {**made, "desks": desks},
        terminal.say(
            f"Anruf {told.call_id}: {state}, bei {where}.",
            f"Call {told.call_id}: {state}, at {where}.",
        ),
    )


def _told(talk: Talk) -> dict[str, str | None]:
    return {
        "call": talk.call_id,
        "direction": Direction(talk.direction).value,
        "number": talk.number,
        "state": talk.state.value,
        "with": talk.login,
    }


def _way(terminal: Terminal, direction: str | None) -> str:
    return terminal.say("von uns", "from us") if direction == "out" else terminal.say("an uns", "to us")


def _at(uow: UnitOfWork, talk: Talk) -> list[str]:
    return [each.login for each in ringing.rung(uow, talk) if each.live]


def _latest(terminal: Terminal, call: str | None) -> str:
    if call is not None:
        return call
    with terminal.engine().read() as look:
        newest = select(Talk.call_id).where(Talk.system == SYSTEM).order_by(Talk.id.desc()).limit(1)
        found = look.session.scalar(newest)
    if found is None:
        raise NotFound(
            "Expected a call that rang before, but there is none: let one ring, like `cpm cti ring 02214710101 --to 21`",
            de="Es hat noch kein Anruf geklingelt, etwa so: `cpm cti ring 02214710101 --to 21`.",
        )
    return found


def _desks(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(desk(each) for each in given)

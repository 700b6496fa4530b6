"""`cpm customer unreachable` and `reachable`: where nothing arrives, as somebody was told."""

import click

from cpm.cli.terminal import Terminal, printing
from cpm.commands import addresses, identifier_facts, identifiers
from cpm.model.identifier import NO_WAY_TO_THEM
from cpm.queries import search
from cpm.uow import UnitOfWork

_WHO = click.argument("who", metavar="NUMBER")
#: A postal address, by its street.
_POST = "post"
_KIND = click.argument(
    "kind", type=click.Choice([*(kind for kind in identifiers.KINDS if kind not in NO_WAY_TO_THEM), _POST])
)


@click.command()
@_WHO
@_KIND
@click.argument("value")
@click.argument("why")
@printing
def unreachable(terminal: Terminal, who: str, kind: str, value: str, why: str) -> None:
    """Nothing arrives at this address or number, for whoever has it; or letters to this street and number (post)."""
    with terminal.begin(terminal.engine()) as uow:
        address = _marked(uow, search.one_customer(uow, who).id, kind, value, why)
    terminal.show(
        {"value": address, "reachable": False},
        terminal.say(f"{address} ist als nicht erreichbar vermerkt.", f"{address} is marked as unreachable."),
    )


@click.command()
@_WHO
@_KIND
@click.argument("value")
@printing
def reachable(terminal: Terminal, who: str, kind: str, value: str) -> None:
    """This address or number works after all, for whoever has it; or letters arrive at this street and number (post)."""
    with terminal.begin(terminal.engine()) as uow:
        address = _taken_back(uow, search.one_customer(uow, who).id, kind, value)
    terminal.show(
        {"value": address, "reachable": True},
        terminal.say(f"{address} ist wieder erreichbar.", f"{address} can be reached again."),
    )


def _marked(uow: UnitOfWork, customer: int, kind: str, value: str, why: str) -> str:
    if kind == _POST:
        return addresses.unreachable(uow, customer, addresses.of_street(uow, customer, value), why).street
    found = identifier_facts.of_value(uow, customer, kind, value)
    return identifier_facts.unreachable(uow, customer, found, why).value


def _taken_back(uow: UnitOfWork, customer: int, kind: str, value: str) -> str:
    if kind == _POST:
        return addresses.reachable_again(uow, customer, addresses.of_street(uow, customer, value)).street
    found = identifier_facts.of_value(uow, customer, kind, value)
    return identifier_facts.reachable_again(uow, customer, found).value

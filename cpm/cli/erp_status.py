"""`cpm erp status`: which ERPs there are, in which version, whether they answer now, and what of ours is there."""

import contextlib
from typing import Any

import click

from cpm.cli import erp_joined, layout
from cpm.cli.terminal import Terminal, printing
from cpm.connectors import Systems
from cpm.connectors.erp import ErpFault
from cpm.queries import erp_systems, erp_words
from cpm.queries.erp_systems import Held


@click.command()
@printing
def status(terminal: Terminal) -> None:
    """Ask each ERP whether it answers, and count what of ours is there."""
    engine = erp_joined.engine()
    with engine.read() as look:
        held = erp_systems.held(look)
    names = list(dict.fromkeys([engine.erp.main, *engine.erp.names, *sorted(held)]))
    found = [_standing(engine.erp, name, held.get(name, Held())) for name in names]
    terminal.show(found, _table(terminal, found))


def _standing(systems: Systems, name: str, held: Held) -> dict[str, Any]:
    """`up` is None for what this installation has no settings for."""
    up: bool | None = None
    version = ""
    with contextlib.suppress(ErpFault):
        system = systems.of(name, hurried=True)
        up = system.alive()
        version = system.version() if up else ""
    linked = {f"{kind}s": held.linked.get(kind, 0) for kind in ("customer", "order", "invoice")}
    about = {"system": name, "version": version or None, "main": name == systems.main, "up": up}
    return {**about, **linked, "open_cases": held.open_cases}


def _table(terminal: Terminal, found: list[dict[str, Any]]) -> str:
    say = terminal.say
    states = {
        True: say("antwortet", "answers"),
        False: say("antwortet nicht", "does not answer"),
        None: say("nicht eingerichtet", "not set up"),
    }
    head = (
        say("ERP", "ERP"),
        say("Zustand", "State"),
        say("neue Vorgänge", "new cases"),
        say("Kunden", "Customers"),
        say("Aufträge", "Orders"),
        say("Rechnungen", "Invoices"),
        say("offene Vorgänge", "Open cases"),
    )
    rows = [
        (
            " ".join(filter(None, (erp_words.name(one["system"], terminal.language), one["version"]))),
            states[one["up"]],
            say("ja", "yes") if one["main"] else "",
            *(str(one[name]) for name in ("customers", "orders", "invoices", "open_cases")),
        )
        for one in found
    ]
    return layout.table(head, rows)

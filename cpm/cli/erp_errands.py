"""`cpm erp feed`, `cpm erp sync` and `cpm erp reconcile`: what workers do with an ERP beside their jobs."""

import click

from cpm.cli import erp_joined, layout
from cpm.cli.terminal import Terminal, printing
from cpm.commands import erp_feed
from cpm.engine import Engine
from cpm.erp_settings import NONE
from cpm.errors import NotFound, Unavailable
from cpm.following import Follower
from cpm.model import Errand
from cpm.queries import erp_errands
from cpm.queries.erp_errands import SystemView

_SYSTEM = click.option(
    "--system", metavar="NAME", help="One ERP; else each that this installation works with."
)


@click.command()
@click.option("--again", metavar="CHANGE", help="Read a change once more that was set aside.")
@click.option("--discard", metavar="CHANGE", help="Forget a change that was set aside.")
@_SYSTEM
@printing
def feed(terminal: Terminal, system: str | None, again: str | None, discard: str | None) -> None:
    """How far behind the changes of each ERP we are, and what could not be read."""
    engine = erp_joined.engine()
    for change, act in ((again, erp_feed.again), (discard, erp_feed.discard)):
        if change:
            with engine.begin(terminal.program("cpm erp")) as uow:
                act(uow, _names(engine, system)[0], change)
    found = _views(engine, system, terminal.language)
    terminal.show(found, "\n".join(_feed(terminal, one) for one in found))


@click.command()
@_SYSTEM
@printing
def sync(terminal: Terminal, system: str | None) -> None:
    """Copy the catalogue now, as workers do every CPM_ERP_CATALOGUE minutes."""
    engine = erp_joined.engine()
    found = _run(engine, system, Errand.CATALOGUE, terminal.language)
    told = [
        terminal.say(f"{one.system}: {one.products} Produkte", f"{one.system}: {one.products} products")
        for one in found
    ]
    terminal.show(found, "\n".join(told))


@click.command()
@_SYSTEM
@printing
@click.pass_context
def reconcile(context: click.Context, terminal: Terminal, system: str | None) -> None:
    """Compare both sides now: customers, orders, amounts and states. Ends with 1 if something differs.

    Each difference becomes an incident on its case, once.
    """
    engine = erp_joined.engine()
    found = _run(engine, system, Errand.RECONCILIATION, terminal.language)
    terminal.show(found, "\n".join(_compared(terminal, one) for one in found))
    context.exit(1 if any(one.findings for one in found) else 0)


def _run(engine: Engine, system: str | None, errand: Errand, language: str) -> list[SystemView]:
    """Unavailable if the ERP does not answer, or a worker does the same just now."""
    for name in _names(engine, system):
        ran = Follower(engine).turn(name, errand, at_once=True)
        (view,) = _views(engine, name, language)
        line = next(each for each in view.errands if each.errand == errand)
        if not ran or line.condition == "failing":
            why = line.why or f"{line.leased_by} does the same just now"
            raise Unavailable(f"Expected to ask the ERP {name}, but: {why}", de=f"ERP {name}: {why}")
    return _views(engine, system, language)


def _views(engine: Engine, system: str | None, language: str) -> list[SystemView]:
    with engine.read() as look:
        return erp_errands.systems(look, _names(engine, system), language)


def _names(engine: Engine, system: str | None) -> list[str]:
    names = [name for name in engine.erp.names if name != NONE]
    if system is None:
        return names
    if system not in names:
        raise NotFound(
            f"Expected one of {', '.join(names) or 'no ERP at all'}, but got {system!r:.40}",
            de=f"Das ERP {system:.40} gibt es hier nicht.",
        )
    return [system]


def _feed(terminal: Terminal, one: SystemView) -> str:
    say, line = terminal.say, one.feed
    when = terminal.moment(line.succeeded) if line.succeeded else say("noch nie", "never")
    head = layout.named(
        [
            ("ERP", one.system),
            (say("Zustand", "State"), line.condition),
            (say("Zuletzt gelesen", "Last read"), when),
            (say("Stelle", "Cursor"), line.cursor or ""),
            (say("Grund", "Reason"), line.why or ""),
        ]
    )
    columns = (say("Änderung", "Change"), say("Art", "Kind"), say("Schlüssel", "Key"), say("Grund", "Reason"))
    rows = [(each.change, each.kind, each.key, each.why) for each in one.aside]
    aside = layout.table(columns, rows) if rows else ""
    return head + layout.section(say("Zurückgestellt", "Set aside"), aside)


def _compared(terminal: Terminal, one: SystemView) -> str:
    say, result = terminal.say, one.reconciliation.result
    head = say(
        f"{one.system}: {result['orders']} Aufträge und {result['customers']} Kunden verglichen, "
        f"{len(one.findings)} Unterschiede, {result['new']} davon neu.",
        f"{one.system}: compared {result['orders']} orders and {result['customers']} customers, "
        f"{len(one.findings)} differences, {result['new']} of them new.",
    )
    columns = (say("Schlüssel", "Key"), say("Was", "What"), say("Unsere", "Ours"), say("Ihre", "Theirs"))
    rows = [(each.key, each.field, each.ours, each.theirs) for each in one.findings]
    return head + (f"\n{layout.table(columns, rows)}" if rows else "")

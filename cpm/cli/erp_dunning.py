"""`cpm erp dun`: what is overdue in an ERP begins a case now, and not in the morning."""

from typing import Any

import click

from cpm.cli import erp_joined, layout
from cpm.cli.terminal import Terminal, printing
from cpm.commands import administering, dunning
from cpm.commands.dunning import Becomes, Overdue
from cpm.connectors.erp import ErpFault
from cpm.engine import Engine
from cpm.erp_settings import DEMO, NONE, TRYTON
from cpm.errors import Unavailable
from cpm.queries import erp_words

_WORDS = {
    Becomes.BEGINS: ("ein Vorgang beginnt", "a case begins"),
    Becomes.RUNS: ("der Vorgang {case} läuft", "case {case} runs"),
    Becomes.ORDERS: ("der Vorgang {case} des Auftrags meldet sie", "case {case} of its order will tell it"),
    Becomes.DECIDED: ("entschieden im Vorgang {case}", "decided in case {case}"),
    Becomes.UNKNOWN: ("wem sie gilt, weiß hier niemand", "nobody here knows whose it is"),
    Becomes.TOO_MANY: ("zu viele dieses Kunden für heute", "too many of this customer for today"),
    Becomes.NO_PROCESS: ("der Prozess dunning ist nicht in Kraft", "the process dunning is not in force"),
}


@click.command()
@click.option("--dry-run", is_flag=True, help="Only list what would happen.")
@click.option("--system", metavar="NAME", help="One ERP; without it all that this installation knows.")
@printing
def dun(terminal: Terminal, *, dry_run: bool, system: str | None) -> None:
    """Look for overdue invoices and begin a case for each that has none; all of them are listed with what becomes of them.

    `cpm work` does the same each morning (CPM_ERP_DUN). Twice changes nothing.
    """
    engine = erp_joined.engine()
    names = [system] if system else [name for name in engine.erp.names if name != NONE]
    with engine.read(terminal.acting()) as look:
        administering.must_be_allowed(look)
    found = [(name, each) for name in names for each in _begun(terminal, engine, name, dry_run=dry_run)]
    view = [_about(terminal, name, each) for name, each in found]
    asked = [{"system": name, "demo": name == DEMO} for name in names]
    told = f"{_asked(terminal, engine, names)}\n{_table(terminal, found)}"
    terminal.show({"systems": asked, "invoices": view, "dry_run": dry_run}, told)


def _begun(terminal: Terminal, engine: Engine, system: str, *, dry_run: bool) -> list[Overdue]:
    today = engine.clock().astimezone(engine.settings.zone).date()
    try:
        invoices = engine.erp.of(system).open_items(due_before=today)
    except ErpFault as fault:
        raise Unavailable(f"Expected {system} to say what is overdue, but: {fault.why}") from fault
    with engine.read(terminal.acting()) as look:
        found = dunning.sorted_out(look, system, invoices)
    for overdue in found:
        if overdue.becomes == Becomes.BEGINS and not dry_run:
            with terminal.begin(engine) as uow:
                dunning.begin_by_hand(uow, system, overdue)
    return found


def _asked(terminal: Terminal, engine: Engine, names: list[str]) -> str:
    """Whom the list is from, and whether that is no real ERP."""
    said = ", ".join(_named(terminal, engine, name) for name in names)
    return terminal.say(
        f"Gefragt: {said or 'niemand, hier ist kein ERP eingestellt'}.",
        f"Asked: {said or 'nobody, no ERP is set here'}.",
    )


def _named(terminal: Terminal, engine: Engine, name: str) -> str:
    called = erp_words.name(name, terminal.language)
    if name == DEMO and engine.erp.main == DEMO:
        return called + terminal.say(
            " (ein echtes ist in diesem Fenster nicht eingestellt: CPM_ERP)",
            " (no real one is set in this window: CPM_ERP)",
        )
    if name == DEMO:
        return called + terminal.say(
            " (springt für neue Vorgänge ein, solange das echte fehlt)",
            " (stands in for new cases while the real one is away)",
        )
    url = engine.settings.erp.url
    return f"{called} ({url})" if name == TRYTON and url else called


def _about(terminal: Terminal, system: str, overdue: Overdue) -> dict[str, Any]:
    invoice = overdue.invoice
    return {
        "system": system,
        "invoice_no": invoice.number,
        "customer": overdue.customer.number if overdue.customer else invoice.customer,
        "open": invoice.open,
        "due_on": invoice.due_on,
        "becomes": overdue.becomes.value,
        "case": overdue.case.number if overdue.case else None,
        "sentence": _sentence(terminal, overdue),
    }


def _sentence(terminal: Terminal, overdue: Overdue) -> str:
    words = _WORDS[overdue.becomes][terminal.language == "en"]
    return words.format(case=overdue.case.number if overdue.case else "")


def _table(terminal: Terminal, found: list[tuple[str, Overdue]]) -> str:
    german = terminal.language == "de"
    if not found:
        return "Nichts ist überfällig." if german else "Nothing is overdue."
    head = (
        ("ERP", "Rechnung", "Kunde", "Offen", "Fällig am", "")
        if german
        else ("ERP", "Invoice", "Customer", "Open", "Due on", "")
    )
    rows = [
        (
            erp_words.name(name, terminal.language),
            str(each.invoice.number),
            each.customer.name if each.customer else each.invoice.customer or "",
            f"{each.invoice.open:.2f}",
            f"{each.invoice.due_on:%d.%m.%Y}",
            _sentence(terminal, each),
        )
        for name, each in found
    ]
    return layout.table(head, rows)

"""`cpm customer ...`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cpm.cli import customer_notes as note_commands
from cpm.cli import customer_reach as reach_commands
from cpm.cli import customer_words as word_commands
from cpm.cli import layout
from cpm.cli.terminal import Terminal, printing
from cpm.commands import births, customer_attributes, customer_import, identifier_facts, identifiers
from cpm.commands import customers as commands
from cpm.commands.customers import ADDRESSED_AS, LANGUAGES, Facts
from cpm.errors import Conflict
from cpm.model import CustomerKind, CustomerStatus
from cpm.queries import customer_words, customers, search
from cpm.queries.customer_parts import Known, PostalAddress
from cpm.queries.customers import CustomerView

_WHO = click.argument("who", metavar="NUMBER")
_FACTS = (
    click.option("--first-name", metavar="TEXT"),
    click.option("--last-name", metavar="TEXT"),
    click.option("--company-name", metavar="TEXT"),
    click.option("--title", metavar="TEXT"),
    click.option("--gender-address", type=click.Choice(ADDRESSED_AS)),
    click.option("--language", "speaks", type=click.Choice(LANGUAGES)),
    click.option("--status", type=click.Choice([word.value for word in CustomerStatus])),
    click.option("--lead-source", metavar="KEY"),
    click.option("--born", metavar="DATE", help="Like 1982-06-07."),
)


def _facts(command: Any) -> Any:
    for option in reversed(_FACTS):
        command = option(command)
    return command


@click.group()
def customer() -> None:
    """Customers: who they are and how they are reached. NUMBER is K-000042-7, or an address or telephone number."""


for _command in (
    word_commands.words,
    note_commands.note,
    note_commands.notes,
    reach_commands.reachable,
    reach_commands.unreachable,
):
    customer.add_command(_command)


@customer.command()
@_WHO
@printing
def show(terminal: Terminal, who: str) -> None:
    """All that is known of one."""
    with terminal.engine().read() as look:
        view = customers.view(look, search.one_customer(look, who), language=terminal.language)
    terminal.show(view, _page(terminal, view))


@customer.command()
@click.option("--company", is_flag=True, help="A company; else a person.")
@_facts
@click.option("--email", default="", metavar="ADDRESS")
@click.option("--phone", default="", metavar="NUMBER")
@printing
def add(
    terminal: Terminal, *, company: bool, speaks: str | None, email: str, phone: str, **said: str | None
) -> None:
    """A new customer."""
    given: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    kind = CustomerKind.COMPANY if company else CustomerKind.PERSON
    given["born"] = births.read(given.get("born"))
    facts = Facts(**{**given, "kind": kind, "language": speaks or "de"})
    with terminal.begin(terminal.engine()) as uow:
        view = customers.view(uow, commands.create(uow, facts, email=email, phone=phone))
    terminal.show(view, f"{view.number}  {view.name}")


@customer.command(name="set")
@_WHO
@_facts
@click.option("--particular", "particulars", multiple=True, metavar="KEY=VALUE", help="A declared attribute.")
@printing
def set_(
    terminal: Terminal, who: str, particulars: tuple[str, ...], speaks: str | None, **said: str | None
) -> None:
    """Put right what is given; the rest stays."""
    given = {name: value for name, value in {**said, "language": speaks}.items() if value is not None}
    values = dict(each.partition("=")[::2] for each in particulars)
    with terminal.begin(terminal.engine()) as uow:
        changed = commands.change(uow, search.one_customer(uow, who).id, given)
        if values:
            customer_attributes.put(uow, changed.id, values, language=terminal.language)
        uow.session.flush()
        view = customers.view(uow, changed, language=terminal.language)
    terminal.show(view, _page(terminal, view))


@customer.command()
@_WHO
@click.argument("kind", type=click.Choice(identifiers.KINDS))
@click.argument("value")
@click.option("--shared", is_flag=True, help="Several have it: a switchboard, a shared mailbox.")
@click.option("--verified", is_flag=True, help="Somebody has made sure that it is theirs.")
@click.option("--source", default="", metavar="TEXT")
@printing
def reach(
    terminal: Terminal, who: str, kind: str, value: str, *, shared: bool, verified: bool, source: str
) -> None:
    """One more address or number."""
    with terminal.begin(terminal.engine()) as uow:
        found = search.one_customer(uow, who)
        identifier_facts.add(uow, found.id, kind, value, shared=shared, verified=verified, source=source)
        uow.session.flush()
        view = customers.view(uow, found, language=terminal.language)
    terminal.show(view, _page(terminal, view))


@customer.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--really", is_flag=True, help="Take them; without it the file is only looked at.")
@printing
@click.pass_context
def import_(context: click.Context, terminal: Terminal, file: Path, *, really: bool) -> None:
    """Customers from a CSV file, mapped by its headings: all of them, or none if a line does not fit."""
    text = file.read_bytes().decode("utf-8-sig", errors="replace")
    engine = terminal.engine()
    with engine.rehearse(terminal.acting(), terminal.assent()) as trial:
        found = customer_import.take(trial, text)
    taken = really and not found.faults
    if taken:
        with terminal.begin(engine) as uow:
            found = customer_import.take(uow, text)
            if found.faults:
                raise Conflict(
                    "Expected the same as a moment ago, but somebody has changed customers meanwhile: try it again",
                    de="Inzwischen hat jemand Kunden geändert. Bitte noch einmal versuchen.",
                )
    german = terminal.language != "en"
    told = [
        f"{terminal.say('Zeile', 'line')} {fault.line}: {fault.why_de if german else fault.why}"
        for fault in found.faults
    ]
    told.append(_counted(terminal, found, taken=taken))
    terminal.show(
        {"taken": taken, "added": found.added, "changed": found.changed, "faults": found.faults},
        "\n".join(told),
    )
    context.exit(1 if found.faults else 0)


def _page(terminal: Terminal, view: CustomerView) -> str:
    say, language = terminal.say, terminal.language
    head = [
        (say("Nummer", "Number"), view.number),
        *(
            (customer_words.field(name, language), customer_words.value(name, getattr(view, name), language))
            for name in commands.FIELDS
        ),
        (
            customer_words.field("key_account", language),
            customer_words.value("key_account", view.key_account, language),
        ),
        (say("Kategorien", "Categories"), ", ".join(one.name for one in view.categories)),
        (say("Geschäftsfelder", "Business fields"), ", ".join(one.name for one in view.business_fields)),
        *((one.label, str(one.shown)) for one in view.attributes if one.value is not None),
    ]
    known = "\n".join(
        f"{customer_words.word(customer_words.IDENTIFIERS, one.kind, language)}: {one.value}"
        + ("" if one.identifying else f" ({say('gehört mehreren', 'shared')})")
        + _dead(one, say)
        for one in view.addresses
    )
    places = "\n".join(
        f"{one.street}, {one.postcode} {one.city}, {one.country_name}" + _dead(one, say)
        for one in view.postal_addresses
    )
    people = "\n".join(
        f"{one.number}  {one.name}"
        + (f", {one.function}" if one.function else "")
        + (" *" if one.mailing else "")
        for one in (*view.contacts, *view.companies)
    )
    words = "\n".join(
        f"{customer_words.value('purpose', one.purpose, language)}, {customer_words.value('channel', one.channel, language)}: "
        f"{say('erteilt', 'given') if one.given else say('widerrufen', 'withdrawn')} ({one.source})"
        for one in view.consents
    )
    parts = [
        view.name,
        layout.named([(name, text) for name, text in head if text]),
        layout.section(say("Adressen und Nummern", "Addresses and numbers"), known),
        layout.section(say("Anschriften", "Postal addresses"), places),
        layout.section(say("Ansprechpartner", "Contacts"), people),
        layout.section(say("Einwilligung", "Consent"), words),
    ]
    return "\n".join(part for part in parts if part)


def _dead(one: Known | PostalAddress, say: Callable[[str, str], str]) -> str:
    return (
        f" ({say('nicht erreichbar', 'cannot be reached')}: {one.unreachable_why})"
        if one.unreachable_at
        else ""
    )


def _counted(terminal: Terminal, found: customer_import.Imported, *, taken: bool) -> str:
    if found.faults:
        return terminal.say("Nichts ist übernommen.", "Nothing was taken.")
    german = f"{found.added} neu, {found.changed} bekannt"
    english = f"{found.added} new, {found.changed} known"
    if taken:
        return terminal.say(f"Übernommen: {german}.", f"Taken: {english}.")
    return terminal.say(
        f"Geprüft: {german}. Mit --really übernehmen.", f"Looked at: {english}. Take them with --really."
    )

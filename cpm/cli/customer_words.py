"""`cpm customer words ...`."""

import click

from cpm.attributes import Kind
from cpm.cli import layout
from cpm.cli.terminal import Terminal, printing
from cpm.commands import customer_attributes, terms
from cpm.model import TermKind
from cpm.queries import customer_words
from cpm.queries import terms as term_queries


@click.group()
def words() -> None:
    """The lists that customers are sorted by, and the particulars that are declared."""


@words.command(name="list")
@printing
def list_words(terminal: Terminal) -> None:
    """All of them."""
    with terminal.engine().read() as look:
        found = term_queries.terms(look, terminal.language)
        declared = term_queries.attributes(look, terminal.language)
    rows = [
        (
            customer_words.word(customer_words.TERMS, line.kind, terminal.language),
            line.key,
            line.name,
            str(line.customers),
        )
        for lines in found.values()
        for line in lines
    ]
    rows += [(one.kind, one.key, one.name, "") for one in declared]
    terminal.show({**found, "attributes": declared}, layout.table(("", "", "", ""), rows) if rows else "")


@words.command(name="add")
@click.argument("kind", type=click.Choice([kind.value for kind in TermKind]))
@click.argument("name")
@click.option("--en", "english", default="", metavar="TEXT")
@click.option("--key", default="", metavar="KEY")
@printing
def add_word(terminal: Terminal, kind: str, name: str, english: str, key: str) -> None:
    """A new word, or new names for one that is there."""
    with terminal.engine().begin(terminal.program("cpm customer")) as uow:
        term = terms.put(uow, TermKind(kind), name, name_en=english, key=key)
    terminal.show({"kind": kind, "key": term.key, "name_de": term.name_de, "name_en": term.name_en}, term.key)


@words.command()
@click.argument("kind", type=click.Choice([kind.value for kind in TermKind]))
@click.argument("key")
@printing
def retire(terminal: Terminal, kind: str, key: str) -> None:
    """Nobody is sorted under it any more; who is, stays."""
    with terminal.engine().begin(terminal.program("cpm customer")) as uow:
        terms.retire(uow, TermKind(kind), key)
    terminal.show({"kind": kind, "key": key}, key)


@words.command()
@click.argument("key")
@click.argument("kind", type=click.Choice([kind.value for kind in customer_attributes.KINDS]))
@click.argument("name")
@click.option("--en", "english", default="", metavar="TEXT")
@click.option("--option", "options", multiple=True, metavar="VALUE=NAME", help="Of a choice.")
@printing
def declare(
    terminal: Terminal, key: str, kind: str, name: str, *, english: str, options: tuple[str, ...]
) -> None:
    """One more particular of customers: text, number, date or choice."""
    named = {value: label or value for value, _, label in (each.partition("=") for each in options)}
    with terminal.engine().begin(terminal.program("cpm customer")) as uow:
        made = customer_attributes.declare(uow, key, Kind(kind), name, name_en=english, options=named)
    terminal.show(
        {"key": made.key, "kind": made.kind, "name_de": made.name_de, "name_en": made.name_en}, made.key
    )

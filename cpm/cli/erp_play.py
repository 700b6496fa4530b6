"""`cpm erp play`: what people in the demo's ERP do while a case waits, so that who tries `make run` can see an order through.

Only for the demo: its own Tryton, which `cpm demo` runs on this machine, or its stand-in. No other ERP is reached.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

import click

from cpm.cli.terminal import Terminal, printing
from cpm.connectors.erp import ErpFault
from cpm.connectors.erp.demo import People as Standin
from cpm.demo.erp import beside
from cpm.demo.erp.acts import People
from cpm.errors import Conflict
from cpm.settings import load

T = TypeVar("T")


@click.group()
def play() -> None:
    """Be the people of the demo's ERP. Orders and invoices go by the ERP's numbers, customers by ours."""


@play.command()
@click.argument("order")
@click.option("--sku", "skus", multiple=True, help="Only this product of it; may be repeated.")
@printing
def ship(terminal: Terminal, order: str, skus: tuple[str, ...]) -> None:
    """Send what is left of an order."""
    numbers = _act(
        order,
        lambda people: people.ship(order, dict.fromkeys(skus)),
        lambda standin: [standin.ship(order, skus)],
    )
    _tell(terminal, numbers, "Geliefert mit", "Shipped with")


@play.command()
@click.argument("order")
@printing
def invoice(terminal: Terminal, order: str) -> None:
    """Write the invoice of what was shipped."""
    numbers = _act(order, lambda people: people.invoice(order), lambda standin: [standin.invoice(order)])
    _tell(terminal, numbers, "Berechnet mit", "Invoiced with")


@play.command()
@click.argument("invoice_no", metavar="INVOICE")
@click.option("--amount", type=Decimal, help="A part of it.")
@printing
def pay(terminal: Terminal, invoice_no: str, amount: Decimal | None) -> None:
    """Book what the customer has paid."""
    _act(
        invoice_no,
        lambda people: people.pay(invoice_no, amount),
        lambda standin: standin.pay(invoice_no, amount),
    )
    _tell(terminal, [invoice_no], "Zahlung gebucht zu", "Payment booked for")


@play.command()
@click.argument("order")
@click.argument("sku")
@click.argument("quantity", type=click.IntRange(0))
@printing
def change(terminal: Terminal, order: str, sku: str, quantity: int) -> None:
    """Another quantity of a product of an order."""
    _act(
        order,
        lambda people: people.change(order, sku, quantity),
        lambda standin: standin.change(order, sku, Decimal(quantity)),
    )
    _tell(terminal, [order], "Geändert:", "Changed:")


@play.command()
@click.argument("order")
@printing
def cancel(terminal: Terminal, order: str) -> None:
    """Take out what is not shipped."""
    _act(order, lambda people: people.cancel(order), lambda standin: standin.cancel(order))
    _tell(terminal, [order], "Storniert:", "Cancelled:")


@play.command()
@click.argument("customer")
@printing
def block(terminal: Terminal, customer: str) -> None:
    """Nothing more on credit for a customer."""
    _act(customer, lambda people: people.block(customer), lambda standin: standin.block(customer))
    _tell(terminal, [customer], "Gesperrt:", "Blocked:")


@play.command()
@click.argument("customer")
@click.argument("amount", type=Decimal)
@printing
def limit(terminal: Terminal, customer: str, amount: Decimal) -> None:
    """Up to this amount a customer may buy on credit."""
    _act(
        customer,
        lambda people: people.limit_credit(customer, amount),
        lambda standin: standin.allow(customer, amount),
    )
    _tell(terminal, [customer], "Kreditrahmen gesetzt:", "Credit limit set:")


def _act(number: str, there: Callable[[People], T], otherwise: Callable[[Standin], T]) -> T:
    """In Tryton, if the demo runs one that knows the number; otherwise in its stand-in."""
    settings = load()
    server = beside.running(settings.home)
    if server is not None and (people := People(server)).knows(number):
        return there(people)
    try:
        return otherwise(Standin(settings.erp.demo))
    except ErpFault as fault:
        raise Conflict(fault.why) from fault


def _tell(terminal: Terminal, numbers: list[str], de: str, en: str) -> None:
    terminal.show({"numbers": numbers}, f"{terminal.say(de, en)} {', '.join(numbers)}")

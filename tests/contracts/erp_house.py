"""A house whose ERP is asked, whichever it is: our member, and what people there do meanwhile."""

import itertools
import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from cpm.connectors.erp import Erp, Line, Party, PostalAddress, Wanted
from cpm.connectors.erp.demo import DemoErp
from cpm.connectors.erp.demo import People as DemoPeople
from cpm.connectors.erp.tryton import Server, Tryton
from cpm.demo.erp import places
from tests.erp.running import Erp as Running

HOME = PostalAddress("Ringstr. 5", "53111", "Bonn", "DE")
_COUNT = itertools.count(1)


class People(Protocol):
    """Orders and invoices go by their numbers."""

    def ship(self, order: str, *skus: str) -> None: ...
    def invoice(self, order: str) -> str: ...
    def pay(self, invoice: str, amount: Decimal | None = None) -> None: ...
    def move(self, customer: str, street: str) -> None: ...
    def block(self, customer: str) -> None: ...
    def limit_credit(self, customer: str, amount: Decimal) -> None: ...


@dataclass
class House:
    erp: Erp
    people: People
    today: date

    def day(self, after: int) -> date:
        return self.today + timedelta(days=after)

    @property
    def order_key(self) -> str:
        """One that no order has; other runs may have been here before."""
        return f"C-{uuid.uuid4().hex[:8]}-{next(_COUNT)}"

    def customer(self, name: str = "Sonnenhof GmbH") -> Party:
        return self.erp.save_party(a_party(name))

    def wanted(self, *lines: Line, customer: str = "") -> Wanted:
        return Wanted(customer or self.customer().key, lines)


def a_party(name: str = "Sonnenhof GmbH") -> Party:
    mark = uuid.uuid4().hex[:8]
    return Party(
        key=f"K-{mark}",
        name=f"{name} {mark}",
        company=True,
        addresses=(HOME,),
        email=f"einkauf@{mark}.example",
        phone=f"+49228{int(mark, 16) % 10**7:07}",
        vat_id="DE811569869",
    )


def vat_id() -> str:
    """A German one that nobody has: eight digits and the one that checks them (ISO 7064, MOD 11,10)."""
    digits = f"{uuid.uuid4().int % 10**7 + 2 * 10**7:08}"
    product = 10
    for digit in digits:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return f"DE{digits}{(11 - product) % 10}"


def line(sku: str, qty: int, wanted_on: date | None = None) -> Line:
    return Line(sku, Decimal(qty), wanted_on)


class _Tryton:
    def __init__(self, running: Running) -> None:
        self._people = running.people

    def ship(self, order: str, *skus: str) -> None:
        self._people.ship(order, dict.fromkeys(skus))

    def invoice(self, order: str) -> str:
        return self._people.invoice(order)[0]

    def pay(self, invoice: str, amount: Decimal | None = None) -> None:
        self._people.pay(invoice, amount)

    def move(self, customer: str, street: str) -> None:
        self._people.change_address(customer, street=street)

    def block(self, customer: str) -> None:
        self._people.block(customer)

    def limit_credit(self, customer: str, amount: Decimal) -> None:
        self._people.limit_credit(customer, amount)


class _Demo:
    def __init__(self, file: Path, erp: DemoErp) -> None:
        self._people, self._erp = DemoPeople(file), erp

    def ship(self, order: str, *skus: str) -> None:
        self._people.ship(order, skus)

    def invoice(self, order: str) -> str:
        return self._people.invoice(order)

    def pay(self, invoice: str, amount: Decimal | None = None) -> None:
        self._people.pay(invoice, amount)

    def move(self, customer: str, street: str) -> None:
        party = self._erp.party(customer)
        assert party is not None
        self._people.change_customer(customer, addresses=(replace(HOME, street=street),))

    def block(self, customer: str) -> None:
        self._people.block(customer)

    def limit_credit(self, customer: str, amount: Decimal) -> None:
        self._people.allow(customer, amount)


def of_tryton(running: Running, *, timeout: float = 60) -> House:
    return House(member(running, timeout=timeout), _Tryton(running), places.today())


def of_demo(file: Path) -> House:
    erp = DemoErp(file)
    return House(erp, _Demo(file, erp), date.today())  # noqa: DTZ011


def member(
    running: Running,
    *,
    timeout: float = 60,
    url: str | None = None,
    key: str | None = None,
    prefix: str = "",
) -> Tryton:
    return Tryton(
        Server(
            url=url or running.url,
            database=running.database,
            key=key or running.key,
            user=running.user,
            password=running.password,
            prefix=prefix,
            timeout=timeout,
            today=places.today,
        )
    )

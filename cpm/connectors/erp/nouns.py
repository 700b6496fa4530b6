"""What we and an ERP tell each other. Amounts are Decimal in the house's currency (EUR), two places; days are dates of the house.

A `key` is ours and unique: of a customer the customer number ("K-000042"), of an order the case number ("C-000123"), of a
second one of the same case with a suffix ("C-000123/2"). A `number` is the ERP's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class PostalAddress:
    street: str  #: with the number; several lines are parted by line ends
    postcode: str
    city: str
    country: str  #: ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True)
class Party:
    """A customer's master data, as either side has them."""

    key: str
    name: str  #: of a company its name, of a person first and last name
    company: bool
    addresses: tuple[PostalAddress, ...] = ()  #: the first is the main one
    email: str | None = None
    phone: str | None = None  #: E.164
    vat_id: str | None = None
    language: str = "de"
    number: str | None = None  #: the ERP's id; None for one that is to be made
    #: what a write must still be based on; opaque, None: whatever is there is overwritten
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    sku: str
    name: str
    unit: str  #: as people read it, "Stück"
    price: Decimal  #: a unit, without tax, for the customer and quantity that were asked for; else the list price
    group: str = ""  #: products of one group may stand for each other
    field: str = ""  #: the business field that a first order of it brings: solar | geothermal | pellet | climate, or ""
    available: Decimal | None = None  #: on the day that was asked for; None: not asked, or any quantity
    earliest: date | None = (
        None  #: when a wanted quantity that is not available can be there; None: nobody knows
    )


@dataclass(frozen=True, slots=True)
class Line:
    """What a customer wants."""

    sku: str
    qty: Decimal
    wanted_on: date | None = None
    price: Decimal | None = None  #: agreed, without tax, before discounts; None: as the ERP has it
    discount_percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order as it is to be. `lines` is all of it: what it lacks is taken out."""

    customer: str  #: its key; the customer is known to the ERP
    lines: tuple[Line, ...]
    customer_ref: str = ""
    #: None: the customer's main address; of an order that is amended: where it goes already
    ship_to: PostalAddress | None = None
    net_days: int | None = None  #: None: as the ERP has it for the customer
    prepay_percent: Decimal = Decimal(0)
    since: datetime | None = None  #: what is under its key from before then is not ours: `duplicate_key`


@dataclass(frozen=True, slots=True)
class Terms:
    """What the ERP knows of a customer as a debtor."""

    status: str  #: prospect (never bought) | customer
    blocked: bool
    credit_limit: Decimal | None  #: None: none was set
    credit_used: Decimal
    overdue: Decimal  #: what is open beyond its due date

    @property
    def credit_free(self) -> Decimal | None:
        return None if self.credit_limit is None else max(Decimal(0), self.credit_limit - self.credit_used)


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A wanted line, and what the ERP can do about it."""

    sku: str
    name: str
    unit: str
    qty: Decimal
    wanted_on: date | None
    price: Decimal
    total: Decimal  #: without tax, after the line's discount
    available: Decimal  #: of the wanted quantity on the wanted day (no day: today); never more than `qty`
    earliest: date | None  #: the day on which all of it can be there; None: nobody knows
    alternative: str | None = None  #: the SKU of another of its group of which enough is there in time
    alternative_name: str | None = None

    @property
    def short(self) -> bool:
        return self.available < self.qty


@dataclass(frozen=True, slots=True)
class Checked:
    lines: tuple[CheckedLine, ...]
    untaxed: Decimal
    tax: Decimal
    total: Decimal
    terms: Terms


@dataclass(frozen=True, slots=True)
class OrderLine:
    sku: str
    name: str
    unit: str
    qty: Decimal
    price: Decimal
    total: Decimal  #: without tax
    wanted_on: date | None  #: the day on which it is to be shipped
    shipped: Decimal = Decimal(0)
    #: in deliveries that have not left yet; None: not read, or nothing is planned: a service, what is paid for first
    planned: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Shipment:
    number: str
    state: str  #: waiting | assigned | picked | packed | shipped | cancelled
    planned_on: date | None = None
    shipped_on: date | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    number: str | None  #: None: a draft
    state: str  #: draft | posted | paid | cancelled
    total: Decimal
    open: Decimal
    invoiced_on: date | None = None
    due_on: date | None = None
    order: str | None = None  #: the key of the order it belongs to, if that is ours
    customer: str | None = None  #: the key of the customer
    made_at: datetime | None = None  #: by the ERP's clock, UTC; None: not read


@dataclass(frozen=True, slots=True)
class Order:
    key: str
    number: str | None  #: None while it is a draft
    state: str  #: draft | quotation | confirmed | processing | done | cancelled
    customer: str  #: key
    untaxed: Decimal
    tax: Decimal
    total: Decimal
    lines: tuple[OrderLine, ...]
    shipment: (
        str  #: how far: none | waiting | assigned | picked | packed | partly_shipped | shipped | exception
    )
    invoice: str  #: none | pending | awaiting_payment | partly_paid | paid | exception
    shipments: tuple[Shipment, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    ordered_on: date | None = None
    ship_to: PostalAddress | None = None  #: None: to the customer's main address, or not read
    version: str = ""  #: changes when the order changes; opaque
    made_at: datetime | None = None  #: by the ERP's clock, UTC; None: not known

    @property
    def paid(self) -> bool:
        """Everything was delivered or taken out, and every invoice is paid. The ERP's `done` says less."""
        return self.invoice == "paid" and self.shipment in ("shipped", "none")


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened over there. It may come twice and in another order; what it says is read afresh."""

    id: str  #: unique in its system for ever
    cursor: str  #: where to go on after it; opaque
    kind: str  #: order | customer | invoice
    key: str  #: of what it happened to; of an invoice its number
    what: str  #: the state it went into, in the words above, or "changed"
    facts: Mapping[str, Any] = field(default_factory=dict)

"""What the key's user works with in Tryton: found once, by name where there is a choice, and remembered.

Only what was found is remembered: an administrator who adds what is missing need not start us anew.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict, TypeVar

from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.tryton.rest import Refused, Rest
from cpm.connectors.erp.tryton.row import Row

T = TypeVar("T")

#: Before the code of a customer there who has not our prefix: "ERP:4711".
STRANGER = "ERP:"
#: The modules without which there is no order to cash, by a model that each brings.
_MODULES = {
    "sale.sale": "sale",
    "sale.amendment": "sale_amendment",
    "web.shop": "web_shop",
    "product.price_list": "sale_price_list",
    "party.party.credit_limit_amount": "sale_credit_limit",
}
#: These bring further facts where they are: suppliers' lead times, dunnings that end credit.
_SUPPLY, _DUNNING = "stock.order_point", "account.dunning"


@dataclass(frozen=True, slots=True)
class Home:
    user: int
    company: int
    currency: int
    shop: int
    warehouse: int
    #: all places of the warehouse: what moves between them stays in stock
    inside: frozenset[int]
    price_list: int | None  #: of customers who have none of their own
    invoice_method: str  #: when an order is invoiced
    shipment_method: str  #: and shipped
    supplied: bool  #: what is sold is bought, from suppliers with lead times (module stock_supply)
    dunned: bool  #: a reminder may end a customer's credit (module account_dunning)


class _Usual(TypedDict):
    price_list: int | None
    invoice_method: str
    shipment_method: str


@dataclass(frozen=True, slots=True)
class PaymentTerm:
    id: int
    name: str
    net_days: int | None  #: None: not a simple one, with months or weekdays
    prepay_percent: int  #: due with the order


class Places:
    def __init__(self, rest: Rest, shop: str, prefix: str) -> None:
        self.rest, self.prefix = rest, prefix
        self._shop = shop
        self._known: dict[str, object] = {}
        self._guard = threading.Lock()

    @property
    def home(self) -> Home:
        """Also tells `rest` the company: every later question is about it."""
        return self._once("home", self._home)

    @property
    def terms(self) -> tuple[PaymentTerm, ...]:
        return self._once("terms", self._terms)

    def term(self, *, net_days: int, prepay_percent: int) -> int:
        for term in self.terms:
            if (term.net_days, term.prepay_percent) == (net_days, prepay_percent):
                return term.id
        with self._guard:
            self._known.pop("terms", None)
        before = f", {prepay_percent} % of it before" if prepay_percent else ""
        raise missing(
            f"a payment term of {net_days} days net{before}", "Financial, Configuration, Payment Terms"
        )

    @property
    def usual_taxes(self) -> tuple[int, ...]:
        """Of what is sold; a credit note of an amount has no product to tell them."""
        return self._once("taxes", self._usual_taxes)

    def country(self, code: str) -> int:
        countries = self._once("countries", lambda: self._codes("country.country"))
        if code.upper() not in countries:
            raise missing(f"the country {code}", "the countries (trytond_import_countries)")
        return countries[code.upper()]

    def language(self, code: str) -> int | None:
        return self._once("languages", lambda: self._codes("ir.lang")).get(code.upper())

    def theirs(self, key: str) -> str:
        """Our key as it stands there: several installations may share one Tryton."""
        return key.removeprefix(STRANGER) if key.startswith(STRANGER) else self.prefix + key

    def ours(self, key: str) -> str:
        """Empty for what another installation has there."""
        return key.removeprefix(self.prefix) if key.startswith(self.prefix) else ""

    def customer(self, code: str) -> str:
        """The key of whoever has this code there. People there, or another installation, have made those without our prefix."""
        key = self.ours(code)
        return key if key and not key.startswith(STRANGER) else STRANGER + code

    def _codes(self, model: str) -> dict[str, int]:
        rows = self.rest.search(model, [], ["code"])
        return {row.text("code").upper(): row.id for row in rows}

    def _once(self, name: str, find: Callable[[], T]) -> T:
        if name not in self._known:
            found = (
                find()
            )  # without the lock: several may look at once, and none waits for another's time-out
            with self._guard:
                self._known[name] = found
        known: T = self._known[name]  # type: ignore[assignment]  # what find() made
        return known

    def _usual_taxes(self) -> tuple[int, ...]:
        domain = [["accounting", "=", True], ["customer_taxes", "!=", None]]
        rows = self.rest.search("product.category", domain, ["customer_taxes"], most=1, order=[["id", "ASC"]])
        return tuple(rows[0].numbers("customer_taxes")) if rows else ()

    def _home(self) -> Home:
        rest = self.rest
        keys = rest.search("res.user.application", [["application", "=", "rest"]], ["user.company"], most=1)
        user = keys[0].row("user") if keys else None
        if user is None or (company := user.reference("company")) is None:
            raise missing("a company for the user of our key", "Administration, Users")
        rest.context = {"company": company}
        models = self._models()
        found = rest.search("company.company", [["id", "=", company]], ["currency"])
        shop = self._found_shop(company)
        warehouses = shop.numbers("warehouses")
        if not warehouses:
            raise missing(f"a warehouse of the web shop {self._shop}", "Sales, Configuration, Web Shops")
        inside = rest.search("stock.location", [["parent", "child_of", warehouses[:1], "parent"]], ["id"])
        return Home(
            user=user.id,
            company=company,
            currency=found[0].whole("currency"),
            shop=shop.id,
            warehouse=warehouses[0],
            inside=frozenset(row.id for row in inside),
            **self._usual(),
            supplied=_SUPPLY in models,
            dunned=_DUNNING in models,
        )

    def _models(self) -> set[str]:
        """Those of ours that are there; what another module lacks is not told by any error of REST."""
        asked = [*_MODULES, _SUPPLY, _DUNNING]
        there = {row.text("name") for row in self.rest.search("ir.model", [["name", "in", asked]], ["name"])}
        if lacking := sorted(name for model, name in _MODULES.items() if model not in there):
            raise missing(f"the module {', '.join(lacking)}", "Administration, Modules")
        return there

    def _found_shop(self, company: int) -> Row:
        domain = [["name", "=", self._shop], ["company", "=", company]]
        shops = self.rest.search("web.shop", domain, ["warehouses"], most=1)
        if not shops:
            raise missing(f"a web shop with the name {self._shop}", "Sales, Configuration, Web Shops")
        return shops[0]

    def _usual(self) -> _Usual:
        """How the house sells. It may be hidden from our user: then as Tryton does from the start, with list prices."""
        fields = ["sale_price_list", "sale_invoice_method", "sale_shipment_method"]
        try:
            rows = self.rest.search("sale.configuration", [], fields, most=1)
        except Refused:
            rows = []
        return {
            "price_list": rows[0].reference("sale_price_list") if rows else None,
            "invoice_method": (rows[0].text("sale_invoice_method") if rows else "") or "order",
            "shipment_method": (rows[0].text("sale_shipment_method") if rows else "") or "order",
        }

    def _terms(self) -> tuple[PaymentTerm, ...]:
        fields = [
            "name",
            "lines.type",
            "lines.ratio",
            "lines.relativedeltas.days",
            "lines.relativedeltas.months",
        ]
        rows = self.rest.search("account.invoice.payment_term", [], fields)
        return tuple(_term(row) for row in rows)


def missing(what: str, where: str) -> ErpFault:
    return ErpFault(
        "validation_refused",
        f"Expected to find {what} in Tryton, but there is none. An administrator adds it: {where}.",
    )


def _term(row: Row) -> PaymentTerm:
    """A simple one has a rest that is due after some days, and at most one part that is due at once."""
    lines = row.rows("lines")
    rests = [line for line in lines if line.text("type") == "remainder"]
    parts = [line for line in lines if line.text("type") == "percent_on_total" and _days(line) == 0]
    simple = len(rests) == 1 and len(rests) + len(parts) == len(lines) and len(parts) <= 1
    prepaid = round(parts[0].amount("ratio") * 100) if simple and parts else 0
    return PaymentTerm(row.id, row.text("name"), _days(rests[0]) if simple else None, prepaid)


def _days(line: Row) -> int | None:
    deltas = line.rows("relativedeltas")
    if any(delta.amount("months") for delta in deltas):
        return None
    return int(sum(delta.amount("days") for delta in deltas))

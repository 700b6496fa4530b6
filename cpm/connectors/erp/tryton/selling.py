"""Quotations: made once under our key, which is unique in our web shop, and rewritten when something else is wanted."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from cpm.connectors.erp.earlier import must_be_ours
from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.nouns import Wanted
from cpm.connectors.erp.tryton.catalogue import Catalogue
from cpm.connectors.erp.tryton.checking import known, net_price
from cpm.connectors.erp.tryton.debtors import DEBTOR_FIELDS, buyer
from cpm.connectors.erp.tryton.lines import LINE_FIELDS, NewLine, real, steps
from cpm.connectors.erp.tryton.parties import PARTY_FIELDS, Parties
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.reading import made_at
from cpm.connectors.erp.tryton.rest import Refused
from cpm.connectors.erp.tryton.row import Row
from cpm.connectors.erp.tryton.sales import SALE, Sales
from cpm.connectors.erp.tryton.taxes import Taxes

_BUYER_FIELDS = (*dict.fromkeys((*PARTY_FIELDS, *DEBTOR_FIELDS, "customer_payment_term")),)
SALE_FIELDS = (
    "state",
    "party",
    "invoice_address",
    "shipment_address",
    "payment_term",
    "reference",
    "price_list",
    "shipping_date",
    "invoice_method",
    "shipment_method",
    "create_date",
    *LINE_FIELDS,
)
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """A sale as it is to be."""

    head: dict[str, Any]
    lines: tuple[NewLine, ...]
    since: datetime | None = None  #: one from before then is not ours


class Selling:
    def __init__(
        self, places: Places, parties: Parties, sales: Sales, catalogue: Catalogue, taxes: Taxes
    ) -> None:
        self._places, self._rest, self._parties = places, places.rest, parties
        self._sales, self._catalogue, self._taxes = sales, catalogue, taxes

    def party(self, key: str) -> Row:
        row = self._parties.row(key, _BUYER_FIELDS)
        if row is None:
            raise ErpFault("not_found", f"Expected to find customer {key} in the ERP, but it is not there.")
        return row

    def draft(self, wanted: Wanted, today: date) -> Draft:
        party = self.party(wanted.customer)
        lines = self.lines(wanted, party, today)
        days = [line.wanted_on for line in lines if line.wanted_on and line.wanted_on > today]
        head = {
            **self.head(party),
            "reference": wanted.customer_ref or None,
            # Tryton judges stock and credit of all lines by this one day; shipping.py then gives each line its own.
            "shipping_date": max(days, default=None),
            **self._conditions(wanted, party),
        }
        if wanted.ship_to is not None:
            head["shipment_address"] = self._parties.address_number(party, wanted.ship_to)
        return Draft(head, lines, wanted.since)

    def head(self, party: Row) -> dict[str, Any]:
        addresses = party.rows("addresses")
        if not addresses:
            code = self._places.customer(party.text("code"))
            raise ErpFault(
                "validation_refused",
                f"Expected customer {code} to have an address in the ERP, but there is none.",
            )
        return {
            "party": party.id,
            "invoice_address": addresses[0].id,
            "shipment_address": addresses[0].id,
            "price_list": party.reference("sale_price_list") or self._places.home.price_list,
        }

    def lines(self, wanted: Wanted, party: Row, today: date) -> tuple[NewLine, ...]:
        asked = ((line.sku, line.qty) for line in wanted.lines)
        buys = buyer(party)
        articles = self._catalogue.articles(asked, buys, today, with_stock=False)
        return tuple(
            NewLine(
                product=(article := known(line, articles)).id,
                qty=line.qty,
                unit=article.unit,
                price=net_price(line, article),
                taxes=self._taxes.of(article.taxes, buys),
                wanted_on=line.wanted_on,
            )
            for line in wanted.lines
        )

    def save(self, key: str, draft: Draft) -> Row:
        """Made, or rewritten to be so. An earlier attempt that froze may add its lines beside ours: they are taken out."""
        sale = self._sales.row(key, SALE_FIELDS)
        if sale is None:
            sale = self._made(key, draft)
        must_be_ours(key, made_at(sale), draft.since)
        for _ in range(_TRIES):
            self._rewritten(key, sale, draft)
            sale = self._required(key)
            if len(real(sale)) <= len(draft.lines):
                return sale
        raise ErpFault(
            "conflict", f"Expected to be alone at order {key}, but lines are added to it in the ERP."
        )

    def _made(self, key: str, draft: Draft) -> Row:
        home = self._places.home
        values = {
            **draft.head,
            "web_shop": home.shop,
            "web_id": self._places.theirs(key),
            "currency": home.currency,
            "warehouse": home.warehouse,
            "lines": steps(draft.lines, []),
        }
        try:
            self._rest.create(SALE, values)
        except Refused as refusal:
            # Either somebody made it meanwhile, or it cannot be made.
            if (sale := self._sales.row(key, SALE_FIELDS)) is None:
                raise not_taken(refusal) from refusal
            return sale
        return self._required(key)

    def _required(self, key: str) -> Row:
        sale = self._sales.row(key, SALE_FIELDS)
        if sale is None:
            raise ErpFault("not_found", f"Expected to find order {key} in the ERP, but it is not there.")
        return sale

    def _rewritten(self, key: str, sale: Row, draft: Draft) -> None:
        changes = _head_changes(draft.head, sale)
        changes.pop("price_list", None)  # prices were worked out; with lines there 8.2 does not take another
        if lines := steps(draft.lines, real(sale)):
            changes["lines"] = lines
        state = sale.text("state")
        if state not in ("draft", "quotation"):
            raise ErpFault(
                "conflict", f"Expected order {key} to be a quotation in the ERP, but it is {state}."
            )
        if not changes:
            return
        if "party" in changes:
            raise ErpFault(
                "conflict",
                f"Expected order {key} to be of the same customer in the ERP, but it is of another.",
            )
        try:
            if state == "quotation":
                self._rest.act(SALE, sale.id, "draft")
            self._rest.write(SALE, sale.id, changes)
        except Refused as refusal:
            raise not_taken(refusal) from refusal

    def _conditions(self, wanted: Wanted, party: Row) -> dict[str, Any]:
        """All of it before: Tryton ships when the invoice is paid, and asks for no credit. A part before is a payment term's."""
        home, prepaid = self._places.home, int(wanted.prepay_percent)
        usual = party.reference("customer_payment_term")
        conditions: dict[str, Any] = {
            "invoice_method": home.invoice_method,
            "shipment_method": home.shipment_method,
            "payment_term": usual,
        }
        if prepaid >= 100:
            term = self._places.term(net_days=0, prepay_percent=0)
            return {"invoice_method": "order", "shipment_method": "invoice", "payment_term": term}
        if wanted.net_days is None and not prepaid:
            return conditions
        days = wanted.net_days if wanted.net_days is not None else self._usual_days(usual)
        return conditions | {"payment_term": self._places.term(net_days=days, prepay_percent=prepaid)}

    def _usual_days(self, term: int | None) -> int:
        found = (one.net_days for one in self._places.terms if one.id == term)
        return next(found, None) or 0


def _head_changes(head: dict[str, Any], sale: Row) -> dict[str, Any]:
    return {name: value for name, value in head.items() if _there(sale, name) != value}


def _there(sale: Row, name: str) -> object:
    match name:
        case "shipping_date":
            return sale.day(name)
        case "reference" | "invoice_method" | "shipment_method":
            return sale.text(name) or None
    return sale.reference(name)


def not_taken(refusal: Refused) -> ErpFault:
    return ErpFault("validation_refused", f"Expected the ERP to take the order, but it says: {refusal.words}")


def without_invoice(draft: Draft) -> Draft:
    """One that costs nothing is shipped at once, and nobody waits for its invoice."""
    return replace(draft, head=draft.head | {"invoice_method": "manual", "shipment_method": "order"})

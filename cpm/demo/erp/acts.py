"""What people do in the ERP, where the engine does nothing: ship, invoice, take payments, change and cancel.

Each is done as Tryton's own client would, by the user "boss" of the demo company. Orders and invoices go by their numbers.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from cpm.demo.erp import debts, places
from cpm.demo.erp.server import Server
from cpm.demo.erp.talking import Session
from cpm.errors import Conflict, NotFound

_NOT_SHIPPED = ("draft", "waiting", "assigned", "picked", "packed")


class People:
    """Conflict says what the ERP does not let them do; NotFound, that it has no such thing."""

    def __init__(self, server: Server) -> None:
        self._server = server

    @cached_property
    def boss(self) -> Session:
        server = self._server
        return Session(server.url, server.database, "boss", server.keys.boss.password)

    def knows(self, number: str) -> bool:
        """Of an order, an invoice or a customer."""
        places = (("sale.sale", "number"), ("account.invoice", "number"), ("party.party", "code"))
        return any(self.boss.find(model, (name, "=", number), most=1) for model, name in places)

    # the warehouse
    def ship(self, order: str, parts: Mapping[str, int | None] | None = None) -> list[str]:
        """All that is not shipped, or so many of these SKUs (None: all of it); the rest waits in a shipment of its own.

        Returns the shipments' numbers.
        """
        waiting = self._shipments(order)
        if not waiting:
            raise Conflict(
                f"Expected something of order {order} to ship, but nothing is left, or it ships once its invoice is paid"
            )
        if parts:
            waiting = waiting[:1]
            self._only(waiting[0], parts)
        for shipment in waiting:
            self._send(shipment)
        return [one["number"] for one in self._read("stock.shipment.out", waiting, "number")]

    def pick(self, order: str) -> None:
        """Taken from the shelves, not yet sent."""
        for shipment in self._shipments(order):
            self._up_to(shipment, "pick")

    def cancel_shipment(self, order: str) -> None:
        """The sale then has an exception, until somebody says what is to become of it."""
        self.boss.call("stock.shipment.out", "cancel", self._shipments(order))

    # finance
    def invoice(self, order: str) -> list[str]:
        """Post all drafts of the order; their numbers."""
        invoices = self.boss.read("sale.sale", self._order(order), "invoices")["invoices"]
        drafts = [
            one["id"] for one in self._read("account.invoice", invoices, "state") if one["state"] == "draft"
        ]
        if not drafts:
            raise Conflict(f"Expected an invoice of order {order} to post, but there is none; ship it first")
        for invoice in drafts:
            self.boss.write("account.invoice", invoice, invoice_date=places.today())
            self.boss.call("account.invoice", "post", [invoice])
        return [one["number"] for one in self._read("account.invoice", drafts, "number")]

    def pay(self, invoice: str, amount: Decimal | None = None) -> Decimal:
        """The customer pays by bank: the whole, or a part. What is then still open."""
        key = self._one("account.invoice", ("number", "=", invoice), ("type", "=", "out"))
        left = self.boss.read("account.invoice", key, "amount_to_pay")["amount_to_pay"]
        paid = left if amount is None else amount
        with self.boss.wizard("account.invoice.pay", "account.invoice", key) as wizard:
            start = _form(wizard.defaults)
            method = self._one("account.invoice.payment.method", ("name", "=", "Bank"))
            start |= {
                "amount": paid,
                "payment_method": method,
                "date": places.today(),
                "description": "Zahlung",
            }
            wizard.press("choice", {"start": start})
            if wizard.shows == "ask":  # it is not all that is open
                wizard.press("pay", {"ask": _form(wizard.defaults) | {"type": "partial"}})
        return Decimal(self.boss.read("account.invoice", key, "amount_to_pay")["amount_to_pay"])

    # sales
    def change(self, order: str, sku: str, quantity: int) -> None:
        """Of a confirmed order, by an amendment; 0 takes the line out."""
        self._amend(order, [self._line(order, sku) | {"quantity": float(quantity)}])

    def postpone(self, order: str, day: dt.date) -> None:
        """What waits to be shipped is planned for that day."""
        waiting = self._shipments(order)
        self.boss.call("stock.shipment.out", "draft", waiting)  # Tryton 8.2 changes the day of drafts only
        for shipment in waiting:
            self.boss.write("stock.shipment.out", shipment, planned_date=day)
        self.boss.call("stock.shipment.out", "wait", waiting)

    def cancel(self, order: str) -> None:
        """A quotation is cancelled; of a confirmed order all that is not shipped is taken out."""
        key = self._order(order)
        if self.boss.read("sale.sale", key, "state")["state"] in ("draft", "quotation"):
            self.boss.call("sale.sale", "cancel", [key])
            return
        lines = self.boss.find("sale.line", ("sale", "=", key), ("type", "=", "line"))
        self._amend(order, [self._amended(line) | {"quantity": 0.0} for line in lines])

    # customers
    def change_address(self, customer: str, **facts: str) -> None:
        """`street`, `postcode` or `city` of the main address."""
        names = {"street": "street_unstructured", "postcode": "postal_code", "city": "city"}
        address = self.boss.read("party.party", self._customer(customer), "addresses")["addresses"][0]
        self.boss.write("party.address", address, **{names[name]: value for name, value in facts.items()})

    def block(self, customer: str) -> None:
        """By the last reminder: nothing more on credit."""
        debts.block(self.boss, self._customer(customer), places.today())

    def limit_credit(self, customer: str, amount: Decimal) -> None:
        self.boss.write("party.party", self._customer(customer), credit_limit_amount=amount)

    def _send(self, shipment: int) -> None:
        self._up_to(shipment, "pick")
        self._up_to(shipment, "pack")
        self.boss.call("stock.shipment.out", "do", [shipment])

    def _up_to(self, shipment: int, verb: str) -> None:
        """Does nothing if it is further already. What is not there is assigned all the same, as people do who count better."""
        before = {"pick": ("draft", "waiting", "assigned"), "pack": ("picked",)}[verb]
        state = self.boss.read("stock.shipment.out", shipment, "state")["state"]
        if state == "draft":
            self.boss.call("stock.shipment.out", "wait", [shipment])
        if state in ("draft", "waiting") and not self.boss.call(
            "stock.shipment.out", "assign_try", [shipment]
        ):
            self.boss.call("stock.shipment.out", "assign_force", [shipment])
        if state in before:
            self.boss.call("stock.shipment.out", verb, [shipment])

    def _only(self, shipment: int, parts: Mapping[str, int | None]) -> None:
        """Other quantities in the draft; the sale makes another shipment of what is left when this one is done."""
        self.boss.call("stock.shipment.out", "draft", [shipment])
        moves = self.boss.read("stock.shipment.out", shipment, "outgoing_moves")["outgoing_moves"]
        for move in self._read("stock.move", moves, "product.code"):
            quantity = parts.get(move["product."]["code"], 0)
            if quantity == 0:
                self.boss.call("stock.move", "delete", [move["id"]])
            elif quantity is not None:
                self.boss.write("stock.move", move["id"], quantity=float(quantity))

    def _shipments(self, order: str) -> list[int]:
        shipments = self.boss.read("sale.sale", self._order(order), "shipments")["shipments"]
        found = self._read("stock.shipment.out", shipments, "state")
        return [one["id"] for one in found if one["state"] in _NOT_SHIPPED]

    def _amend(self, order: str, lines: Sequence[Mapping[str, Any]]) -> None:
        made = self.boss.create(
            "sale.amendment", sale=self._order(order), date=places.today(), lines=[("create", lines)]
        )
        self.boss.call("sale.amendment", "validate_amendment", [made])

    def _line(self, order: str, sku: str) -> dict[str, Any]:
        key = self._order(order)
        return self._amended(self._one("sale.line", ("sale", "=", key), ("product.code", "=", sku)))

    def _amended(self, line: int) -> dict[str, Any]:
        kept = self.boss.read("sale.line", line, "product", "unit", "unit_price", "description")
        return {"action": "line", "line": kept.pop("id"), **kept}

    def _order(self, number: str) -> int:
        return self._one("sale.sale", ("number", "=", number))

    def _customer(self, code: str) -> int:
        return self._one("party.party", ("code", "=", code))

    def _one(self, model: str, *domain: Any) -> int:
        found = self.boss.find(model, *domain, most=1)
        if not found:
            raise NotFound(f"Expected the ERP to have a {model} with {list(domain)}, but it has none")
        return found[0]

    def _read(self, model: str, keys: Sequence[int], *fields: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.boss.call(model, "read", list(keys), list(fields)) if keys else []
        return sorted(found, key=lambda one: int(one["id"]))


def _form(defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Without what only describes its fields: "company.rec_name"."""
    return {name: value for name, value in defaults.items() if not name.endswith(".") and "." not in name}

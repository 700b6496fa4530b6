"""Calls of type `erp.*`: what a process asks of an ERP. Nothing is made twice, whatever became of an earlier attempt.

    save_customer                                   -> customer_no, erp_version
    check_order     lines, discount_percent         -> check
    save_order      lines, discount_percent, net_days, prepay_percent, customer_ref, ship_to -> order, order_no
    confirm_order   expected_total                  -> order, order_no
    amend_order     as save_order                   -> order, order_no
    cancel_order, order_state                       -> order, order_no
    open_items      invoice_no                      -> items, open_amount, invoice_state
    purchases                                       -> purchases, fields
    credit_note     amount, reason                  -> credit_note_no
    replacement     lines, or sku and qty, or order_no -> replacement_no

An order has the case's number for its key, a credit note and a replacement the call's, a customer the customer's: asking again
with the same key finds what is there. So an outcome that nobody knows is never answered by creating anew.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from cpm.connectors.demo import trouble
from cpm.connectors.erp import inputs, telling
from cpm.connectors.erp.adopting import twins
from cpm.connectors.erp.earlier import must_be_ours, must_be_the_same
from cpm.connectors.erp.faults import SETTLES, ErpFault
from cpm.connectors.erp.following import agreed
from cpm.connectors.erp.inputs import BadInput
from cpm.connectors.erp.meeting import fields_of, meet, with_fields
from cpm.connectors.erp.nouns import Line, Order, Party, Wanted
from cpm.connectors.erp.protocol import Erp
from cpm.connectors.erp.systems import Systems
from cpm.connectors.erp.taken_back import MOST_INVOICES, taken_back
from cpm.connectors.outcomes import Call, Done, Failed, Linked, Outcome, Retry
from cpm.erp_settings import DEMO

#: More of a customer's orders than this are not looked through for what they have bought.
_MOST_ORDERS = 100


@dataclass(frozen=True, slots=True)
class ErpConnector:
    systems: Systems
    name: str = "erp"

    def __call__(self, call: Call) -> Outcome:
        do = _VERBS.get(call.verb) if call.operation.startswith("erp.") else None
        if do is None:
            known = ", ".join(_VERBS)
            return Failed(
                "unknown_operation", f"Expected one of {known}, but was asked for {call.operation}."
            )
        if call.party is None:
            return Failed(
                "validation_refused", f"Expected a customer to ask for {call.operation}, but there is none."
            )
        system = call.erp or self.systems.for_new()
        if system == DEMO and (asked_for := trouble(call)) is not None:
            return asked_for
        try:
            return do(_Asked(call, self.systems.of(system), call.party, system))
        except BadInput as error:
            return Failed("validation_refused", str(error))
        except ErpFault as fault:
            return _again(fault) if fault.passes else Failed(fault.code, fault.why)


def _again(fault: ErpFault) -> Retry:
    """What may still be running over there is let come to its end first."""
    return Retry(fault.why, fault.code, least=SETTLES if fault.code == "unknown_outcome" else timedelta())


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call with all it takes."""

    call: Call
    erp: Erp
    party: Party
    system: str

    @property
    def inputs(self) -> Mapping[str, Any]:
        return self.call.inputs

    @property
    def order_key(self) -> str:
        return self.call.case_number

    def known(self) -> Linked:
        """The customer is there, made if need be; what they have of one that is there is left as it is."""
        found = self.theirs() or _made(self)
        return Linked("customer", found.key, found.number, None, "saved")

    def theirs(self) -> Party | None:
        """Whom they have under our key; ErpFault (duplicate_key) if that is another, whom nobody has linked."""
        found = self.erp.party(self.party.key)
        is_new = self.call.met is None and self.party.key not in self.call.known_as
        if found is not None and is_new:
            must_be_the_same(self.party, found)
        return found

    def wanted(self, lines: tuple[Line, ...] | None = None) -> Wanted:
        return Wanted(
            customer=self.party.key,
            lines=inputs.lines(self.inputs) if lines is None else lines,
            customer_ref=inputs.text(self.inputs, "customer_ref", needed=False),
            ship_to=inputs.address(self.inputs, "ship_to"),
            net_days=inputs.days(self.inputs, "net_days"),
            prepay_percent=inputs.percent(self.inputs, "prepay_percent"),
            since=self.call.since,
        )

    def done(self, variables: dict[str, Any], *links: Linked) -> Done:
        """What the demo brings names itself as a demo's."""
        return Done({**variables, "demo": True} if self.system == DEMO else variables, links=links)


def _save_customer(asked: _Asked) -> Done:
    """Made; or they get what was changed here only. What was changed there stays, and both meet afterwards."""
    party = _saved(asked)
    link = Linked("customer", party.key, party.number, fields_of(party), "saved")
    return asked.done({"customer_no": party.key, "erp_version": party.version}, link)


def _saved(asked: _Asked) -> Party:
    """Once more where somebody there changes them at the same moment."""
    try:
        return _written(asked)
    except ErpFault as fault:
        if fault.code != "conflict":
            raise
    return _written(asked)


def _written(asked: _Asked) -> Party:
    theirs = asked.theirs()
    if theirs is None:
        return _made(asked)
    write = meet(asked.call.met, fields_of(asked.party), fields_of(theirs)).write
    return asked.erp.save_party(with_fields(theirs, write)) if write else theirs


def _made(asked: _Asked) -> Party:
    """Unless somebody there surely is the same under another key: then a person says whether they are one."""
    if same := twins(asked.erp, asked.party):
        there = ", ".join(f"{one.party.name} ({one.party.key})" for one in same)
        why = f"Expected nobody in {asked.system} to be {asked.party.name}, but they may be {there}: link them on the customer's page."
        raise ErpFault("duplicate_key", why)
    return asked.erp.save_party(asked.party)


def _check_order(asked: _Asked) -> Done:
    checked = asked.erp.check(asked.wanted(), key=asked.order_key)
    return asked.done({"check": telling.check(checked, asked.call.now)})


def _save_order(asked: _Asked) -> Done:
    wanted = asked.wanted()
    made = asked.known()
    return _order(asked, asked.erp.save_order(asked.order_key, wanted), "saved", made)


def _confirm_order(asked: _Asked) -> Outcome:
    """What was read out to the customer is what is ordered: another total is read out again."""
    expected = inputs.number(asked.inputs, "expected_total")
    order = _found(asked)
    if expected is not None and order.total != expected:
        why = f"Expected order {order.number} to cost {expected} EUR as it was read out, but it is {order.total} EUR."
        return Failed("stock_changed", why)
    return _order(asked, asked.erp.confirm_order(asked.order_key), "confirmed")


def _amend_order(asked: _Asked) -> Done:
    return _order(asked, asked.erp.amend_order(asked.order_key, asked.wanted()), "changed")


def _cancel_order(asked: _Asked) -> Done:
    _found(asked)
    return _order(asked, asked.erp.cancel_order(asked.order_key), "cancelled")


def _order_state(asked: _Asked) -> Done:
    return _order(asked, _found(asked), None)


def _open_items(asked: _Asked) -> Done:
    """One invoice's, or all of the customer's."""
    today, number = asked.call.now.date(), inputs.text(asked.inputs, "invoice_no", needed=False)
    if number:
        one = asked.erp.invoice(number)
        if one is None:
            raise ErpFault("not_found", f"Expected invoice {number} in the ERP, but there is none.")
        if one.customer not in {asked.party.key, *asked.call.known_as}:
            why = f"Expected invoice {number} to be one of customer {asked.party.key}, but it is another's."
            raise ErpFault("not_found", why)
        found = [one]
    else:
        found = list(asked.erp.invoices_of(asked.party.key, most=MOST_INVOICES))
    owed = [one for one in found if one.state == "posted" and one.open > 0]
    numbers = {
        key: order.number
        for key in {one.order for one in owed if one.order}
        if (order := asked.erp.order(key)) and order.number
    }
    state = {"invoice_state": found[0].state, "taken_back": taken_back(asked.erp, found[0])} if number else {}
    told = {
        "items": telling.items(owed, numbers, today),
        "open_amount": sum((one.open for one in owed), Decimal(0)),
    }
    return asked.done({**told, **state})


def _purchases(asked: _Asked) -> Done:
    """What the customer has ever ordered for good, and the business fields of it."""
    orders = asked.erp.orders_of(asked.party.key, most=_MOST_ORDERS)
    bought = [
        line.sku
        for order in orders
        if order.state in ("confirmed", "processing", "done")
        for line in order.lines
        if line.qty > 0
    ]
    skus = sorted(set(bought))
    products = asked.erp.products(skus=skus, most=len(skus)) if skus else []
    return asked.done({"purchases": skus, "fields": sorted({one.field for one in products if one.field})})


def _credit_note(asked: _Asked) -> Done:
    amount = inputs.amount(asked.inputs, "amount")
    reason = " ".join(str(asked.inputs.get("reason") or "").split())[:500]
    customer = asked.known()
    made = asked.erp.credit(asked.call.key, asked.party.key, amount, reason, since=asked.call.since)
    if made.total != -amount:
        why = f"Expected a credit note over {amount} EUR, but {made.number}, which is there for this step, is over {-made.total} EUR."
        raise ErpFault("payment_mismatch", why)
    of_it = {"key": asked.call.key, "total": made.total}  # some keep it as an order under our key
    link = Linked("invoice", made.number or asked.call.key, made.number, of_it, "credited")
    return asked.done({"credit_note_no": made.number}, customer, link)


def _replacement(asked: _Asked) -> Done:
    wanted = asked.wanted(_replaced(asked))
    customer = asked.known()
    made = asked.erp.replacement(asked.call.key, wanted)
    link = Linked("order", made.key, made.number, agreed(made), "replaced")
    return asked.done({"replacement_no": made.number}, customer, link)


def _replaced(asked: _Asked) -> tuple[Line, ...]:
    """The lines; else sku and qty; else what the order had, if that was one product. The demo delivers also nobody knows what."""
    if lines := inputs.lines(asked.inputs, needed=False):
        return lines
    if asked.inputs.get("sku") is not None:
        qty = inputs.number(asked.inputs, "qty") or Decimal(1)
        return (Line(inputs.text(asked.inputs, "sku"), qty),)
    number = inputs.text(asked.inputs, "order_no", needed=False)
    orders = asked.erp.orders_of(asked.party.key, most=_MOST_ORDERS) if number else []
    had = [line for order in orders if order.number == number for line in order.lines if line.qty > 0]
    if len(had) == 1:
        return (Line(had[0].sku, had[0].qty),)
    if asked.system == DEMO:
        return ()
    raise BadInput(
        "Expected lines, or sku and qty, to say what is delivered again, but there are none, and "
        + (f"order {number} has {len(had)} products." if had else "no order that we know says it.")
    )


def _found(asked: _Asked) -> Order:
    if (order := asked.erp.order(asked.order_key)) is None:
        raise ErpFault("not_found", f"Expected an order of {asked.order_key} in the ERP, but there is none.")
    must_be_ours(asked.order_key, order.made_at, asked.call.since)
    return order


def _order(asked: _Asked, order: Order, became: str | None, *made: Linked) -> Done:
    """The order as it is now, with its invoices."""
    invoices = [Linked("invoice", one.number, one.number, None, None) for one in order.invoices if one.number]
    link = Linked("order", order.key, order.number, agreed(order), became)
    return asked.done({"order": telling.order(order), "order_no": order.number}, *made, link, *invoices)


_VERBS: Mapping[str, Callable[[_Asked], Outcome]] = {
    "save_customer": _save_customer,
    "check_order": _check_order,
    "save_order": _save_order,
    "confirm_order": _confirm_order,
    "amend_order": _amend_order,
    "cancel_order": _cancel_order,
    "order_state": _order_state,
    "open_items": _open_items,
    "purchases": _purchases,
    "credit_note": _credit_note,
    "replacement": _replacement,
}

"""What follows from what we knew of an order, an invoice or a customer and what is there now."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cpm import values
from cpm.connectors.erp import Invoice, Order, OrderLine, Party, PostalAddress, Shipment
from cpm.connectors.erp.following import (
    agreed,
    of_invoice,
    of_order,
    of_party,
    seen_invoice,
    seen_order,
)
from cpm.connectors.erp.meeting import fields_of

SOON, LATER = date(2026, 3, 9), date(2026, 3, 20)
MODULES = OrderLine("PV-440", "Solarmodul 440 W", "Stück", Decimal(100), Decimal(80), Decimal(8000), SOON)
TANK = OrderLine("PE-500", "Tank", "", Decimal(1), Decimal(900), Decimal(900), SOON)
ORDER = Order(
    key="C-000001-3",
    number="100235",
    state="processing",
    customer="K-000001-3",
    untaxed=Decimal(8900),
    tax=Decimal(1691),
    total=Decimal(10591),
    lines=(MODULES, TANK),
    shipment="waiting",
    invoice="none",
    shipments=(Shipment("S1", "waiting", planned_on=SOON),),
)
INVOICE = Invoice("000523", "posted", Decimal("119.00"), Decimal("119.00"), due_on=LATER, order=ORDER.key)
PARTY = Party(
    "K-000001-3", "Mara Beispiel", company=False, addresses=(PostalAddress("Weg 1", "50667", "Köln", "DE"),)
)
AS_TOLD = {"order_no": "100235"}


def told(before: Order | None, now: Order) -> list[tuple[str, str]]:
    known = None if before is None else kept(seen_order(before))
    return [(one.name, one.key) for one in of_order(known, now, AS_TOLD)]


def billed(before: Invoice | None, now: Invoice, order: Order | None = ORDER) -> list[tuple[str, str]]:
    known = None if before is None else kept(seen_invoice(before))
    return [(one.name, one.key) for one in of_invoice(known, now, order)]


def kept(seen: dict) -> dict:
    """As it comes back from the database."""
    return values.loads(values.dumps(seen))


def shipped(order: Order, *numbers: str, **more) -> Order:
    gone = tuple(Shipment(number, "shipped", SOON, SOON) for number in numbers)
    return replace(order, shipments=gone, shipment=more.pop("shipment", "shipped"), **more)


CHANGED = ("order_changed_in_erp", "100235")
SENT = ("delivery_sent", "100235")
CANCELLED = ("order_cancelled_in_erp", "100235")


def test_an_order_that_is_as_it_was_tells_nothing():
    assert told(ORDER, ORDER) == []


def test_an_order_seen_for_the_first_time_has_not_changed():
    assert told(None, ORDER) == []


def test_a_draft_without_a_number_has_nobody_who_waits():
    assert told(ORDER, replace(ORDER, number=None, state="cancelled")) == []


@pytest.mark.parametrize(
    "now",
    [
        replace(ORDER, lines=(replace(MODULES, qty=Decimal(60)), TANK)),
        replace(ORDER, lines=(MODULES,)),
        replace(ORDER, lines=(replace(MODULES, total=Decimal(7000)), TANK)),
        replace(ORDER, lines=(replace(MODULES, wanted_on=LATER), TANK)),
        replace(ORDER, total=Decimal(10000)),
        replace(ORDER, shipments=(Shipment("S1", "waiting", planned_on=LATER),)),
    ],
    ids=["quantity", "line", "price", "day of a line", "total", "day of a shipment"],
)
def test_what_somebody_changes_over_there_is_told(now: Order):
    assert told(ORDER, now) == [CHANGED]
    assert told(now, now) == []


@pytest.mark.parametrize(
    "now",
    [
        replace(ORDER, state="done"),
        replace(ORDER, shipment="picked", shipments=(Shipment("S1", "picked", planned_on=SOON),)),
        replace(ORDER, invoice="awaiting_payment"),
        replace(ORDER, shipments=(*ORDER.shipments, Shipment("S2", "waiting", planned_on=LATER))),
        replace(ORDER, version="another"),
        replace(ORDER, lines=(replace(MODULES, qty=Decimal("100.00")), TANK)),
    ],
    ids=["done", "picked", "invoiced", "a second shipment", "its version", "the same with other digits"],
)
def test_the_usual_way_of_an_order_is_no_change(now: Order):
    assert told(ORDER, now) == []


def test_a_quotation_that_somebody_over_there_confirms_has_changed():
    quotation = replace(ORDER, state="quotation", shipments=())
    assert told(quotation, ORDER) == [CHANGED]


def test_a_quotation_that_we_confirmed_has_not():
    known = kept(agreed(ORDER))
    assert of_order(known, ORDER, AS_TOLD) == []


def test_what_was_changed_is_told_with_the_order_as_it_is():
    (one,) = of_order(kept(seen_order(ORDER)), replace(ORDER, total=Decimal(1)), {"total": Decimal(1)})
    assert one.payload == {"order_no": "100235", "order": {"total": Decimal(1)}}


def test_a_cancelled_order_is_told_once_and_is_no_change_as_well():
    now = replace(ORDER, state="cancelled")
    assert told(ORDER, now) == [CANCELLED]
    assert told(now, now) == []
    assert told(None, now) == [CANCELLED]


def test_an_order_of_which_everything_was_taken_out_is_cancelled():
    gone = replace(ORDER, lines=(replace(MODULES, qty=Decimal(0)), replace(TANK, qty=Decimal(0))))
    assert told(ORDER, gone) == [CANCELLED]
    assert told(gone, gone) == []
    assert told(ORDER, replace(ORDER, lines=())) == [CANCELLED]


def test_a_cancellation_that_we_brought_about_is_not_told():
    now = replace(ORDER, state="cancelled")
    assert of_order(kept(agreed(now)), now, AS_TOLD) == []


def test_a_delivery_is_told_once():
    gone = shipped(ORDER, "S1")
    assert told(ORDER, gone) == [SENT]
    assert told(gone, gone) == []
    assert told(None, gone) == [SENT]


def test_a_delivery_that_our_own_call_saw_first_is_told_all_the_same():
    gone = shipped(ORDER, "S1")
    assert [one.name for one in of_order(kept(agreed(gone)), gone, AS_TOLD)] == ["delivery_sent"]


def test_a_delivery_says_what_left():
    gone = shipped(
        ORDER, "S1", lines=(replace(MODULES, shipped=Decimal("100.0")), replace(TANK, shipped=Decimal("0.5")))
    )
    (one,) = of_order(kept(seen_order(ORDER)), gone, AS_TOLD)
    assert one.payload == {
        "order_no": "100235",
        "shipment_no": "S1",
        "shipped_on": SOON,
        "all_shipped": True,
        "all_paid": False,
        "parts": "100 Stück Solarmodul 440 W; 0,5 Tank",
    }


def test_the_second_delivery_says_what_left_with_it_alone():
    first = shipped(
        ORDER, "S1", shipment="partly_shipped", lines=(replace(MODULES, shipped=Decimal(60)), TANK)
    )
    second = shipped(ORDER, "S1", "S2", lines=(replace(MODULES, shipped=Decimal(100)), TANK))
    (one,) = of_order(kept(seen_order(first)), second, AS_TOLD)
    assert (one.of, one.payload["parts"]) == ("S2", "40 Stück Solarmodul 440 W")


def test_two_deliveries_at_once_are_two_messages():
    found = of_order(kept(seen_order(ORDER)), shipped(ORDER, "S1", "S2"), AS_TOLD)
    assert [(one.name, one.of) for one in found] == [("delivery_sent", "S1"), ("delivery_sent", "S2")]


def test_what_is_shipped_and_then_cut_is_both():
    cut = shipped(
        ORDER,
        "S1",
        shipment="partly_shipped",
        lines=(replace(MODULES, qty=Decimal(60), shipped=Decimal(60)), TANK),
    )
    assert told(ORDER, cut) == [SENT, CHANGED]


def test_an_invoice_is_told_when_it_is_posted():
    (one,) = of_invoice(None, INVOICE, ORDER)
    assert (one.name, one.key) == ("invoice_posted", "100235")
    assert one.payload == {
        "order_no": "100235",
        "invoice_no": "000523",
        "invoice_total": Decimal("119.00"),
        "due_on": LATER,
    }
    assert billed(INVOICE, INVOICE) == []


def test_a_draft_of_an_invoice_tells_nothing():
    assert billed(None, replace(INVOICE, number=None, state="draft")) == []
    assert billed(None, replace(INVOICE, state="draft")) == []


def test_an_invoice_of_an_order_that_is_not_ours_is_posted_for_nobody():
    assert billed(None, INVOICE, order=None) == []


def test_a_payment_is_told_with_what_is_still_owed():
    part = replace(INVOICE, open=Decimal("19.00"))
    (one,) = of_invoice(kept(seen_invoice(INVOICE)), part, ORDER)
    assert (one.name, one.key) == ("payment_received", "000523")
    assert one.payload == {
        "order_no": "100235",
        "invoice_no": "000523",
        "open_amount": Decimal("19.00"),
        "all_paid": False,
    }
    assert billed(part, part) == []


def test_the_last_payment_says_that_all_is_paid_only_when_all_was_delivered():
    paid = replace(INVOICE, state="paid", open=Decimal(0))
    done = replace(ORDER, shipment="shipped", invoice="paid")
    (whole,) = of_invoice(kept(seen_invoice(INVOICE)), paid, done)
    (early,) = of_invoice(kept(seen_invoice(INVOICE)), paid, replace(done, shipment="waiting"))
    assert whole.payload["open_amount"] == 0
    assert (whole.payload["all_paid"], early.payload["all_paid"]) == (True, False)
    assert billed(paid, paid) == []


def test_an_invoice_posted_and_paid_since_we_looked_is_both_in_this_order():
    paid = replace(INVOICE, state="paid", open=Decimal(0))
    assert [name for name, _ in billed(None, paid)] == ["invoice_posted", "payment_received"]


def test_the_payment_of_an_invoice_without_an_order_of_ours_is_told():
    paid = replace(INVOICE, state="paid", open=Decimal(0), order=None)
    (one,) = of_invoice(None, paid, None)
    assert one.payload == {"order_no": None, "invoice_no": "000523", "open_amount": 0, "all_paid": True}


def test_a_payment_that_is_taken_back_is_no_payment():
    assert billed(replace(INVOICE, open=Decimal(0), state="paid"), INVOICE) == []
    assert billed(replace(INVOICE, open=Decimal(19)), INVOICE) == []


def test_a_cancelled_invoice_is_told_once():
    gone = replace(INVOICE, state="cancelled", open=Decimal(0))
    assert billed(INVOICE, gone) == [("invoice_cancelled", "000523")]
    assert billed(gone, gone) == []


def test_a_credit_note_is_neither_posted_nor_paid():
    credit = replace(INVOICE, total=Decimal(-100), open=Decimal(-100))
    assert billed(None, credit) == []
    assert billed(credit, replace(credit, state="paid", open=Decimal(0))) == []


def test_a_customer_who_moved_is_told_with_what_is_new():
    moved = replace(
        PARTY, addresses=(PostalAddress("Ring 2", "50668", "Köln", "DE"),), version="2", number="7"
    )
    (one,) = of_party([kept(fields_of(PARTY))], moved, 1)
    assert (one.name, one.key) == ("customer_data_changed", "1")
    assert one.payload == {"customer_id": 1, "customer_no": "K-000001-3", "changed": ["address"]}


def test_what_we_have_brought_there_is_no_news():
    before, now = fields_of(PARTY), replace(PARTY, phone="+492211234")
    assert of_party([before, {**before, "phone": "+492211234"}], now, 1) == []


def test_a_customer_who_is_as_known_or_new_to_us_tells_nothing():
    assert of_party([kept(fields_of(PARTY))], replace(PARTY, version="2"), 1) == []
    assert of_party([], PARTY, 1) == []

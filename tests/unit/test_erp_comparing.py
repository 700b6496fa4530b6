"""What differs between an order as we know it and as it is over there."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cpm.connectors.erp import Order, OrderLine
from cpm.connectors.erp.comparing import Known, of_orders

KEY = "C-000001-3"
OURS = Known(
    key=KEY,
    case_id=1,
    number="100235",
    state="processing",
    total=Decimal("119.00"),
    case_open=True,
    outcome=None,
    awaits_payment=False,
)
THEIRS = Order(
    key=KEY,
    number="100235",
    state="processing",
    customer="K-000001-3",
    untaxed=Decimal("100.00"),
    tax=Decimal("19.00"),
    total=Decimal("119.00"),
    lines=(),
    shipment="waiting",
    invoice="none",
)
NOTHING = Decimal(0)


def lines(*of: tuple[int, int, int | None]) -> tuple[OrderLine, ...]:
    """Of one product: what is wanted, shipped and planned."""
    return tuple(
        OrderLine(
            "SO-1",
            "Modul",
            "Stück",
            Decimal(qty),
            NOTHING,
            NOTHING,
            None,
            shipped=Decimal(shipped),
            planned=None if planned is None else Decimal(planned),
        )
        for qty, shipped, planned in of
    )


TEN, NONE_SENT = {"SO-1": Decimal(10)}, replace(THEIRS, lines=lines((10, 0, 10)))
KNOWN = replace(OURS, ordered=TEN, shipped={})
PAID = replace(THEIRS, state="done", shipment="shipped", invoice="paid")


def differ(ours: Known | None, theirs: Order | None) -> list[tuple[str, str]]:
    here = {} if ours is None else {KEY: ours}
    there = {} if theirs is None else {KEY: theirs}
    return [(one.field, one.code) for one in of_orders(here, there)]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (OURS, THEIRS),
        (OURS, replace(THEIRS, state="done", total=Decimal(119))),
        (KNOWN, NONE_SENT),
        (KNOWN, replace(THEIRS, lines=lines((6, 0, 6), (4, 0, 4)))),
        (replace(KNOWN, shipped={"SO-1": Decimal(4)}), replace(THEIRS, lines=lines((10, 4, 6)))),
        (KNOWN, replace(THEIRS, lines=lines((10, 0, None)))),
        (replace(KNOWN, state="cancelled"), replace(THEIRS, state="cancelled")),
        (replace(OURS, total=None, number=None, state=None), THEIRS),
        (replace(OURS, awaits_payment=True), THEIRS),
        (replace(OURS, outcome="paid", case_open=False), PAID),
        (replace(OURS, outcome="cancelled", state="cancelled"), replace(THEIRS, state="cancelled")),
        (replace(OURS, outcome="cancelled", total=None), replace(THEIRS, total=Decimal(0))),
        (replace(OURS, outcome="cancelled"), replace(THEIRS, lines=lines((4, 4, 0)))),
        (replace(OURS, number=None), None),
        (replace(OURS, state="cancelled"), None),
        (None, replace(THEIRS, state="draft", number=None)),
        (None, replace(THEIRS, state="cancelled")),
    ],
)
def test_both_sides_have_the_same(ours: Known | None, theirs: Order | None):
    assert differ(ours, theirs) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "field", "code"),
    [
        (OURS, None, "missing", "drift"),
        (None, THEIRS, "unknown", "drift"),
        (OURS, replace(THEIRS, number="100236"), "order_no", "drift"),
        (OURS, replace(THEIRS, total=Decimal("119.01")), "total", "drift"),
        (OURS, replace(THEIRS, state="cancelled"), "state", "drift"),
        (replace(OURS, state="quotation"), THEIRS, "state", "drift"),
        (replace(OURS, awaits_payment=True), PAID, "paid", "payment_mismatch"),
        (replace(OURS, outcome="paid"), THEIRS, "paid", "payment_mismatch"),
        (replace(OURS, outcome="cancelled"), THEIRS, "cancelled", "drift"),
        (replace(OURS, outcome="cancelled"), replace(THEIRS, lines=lines((4, 3, 1))), "cancelled", "drift"),
        (KNOWN, replace(THEIRS, lines=lines((9, 0, 9))), "ordered", "drift"),
        (KNOWN, replace(NONE_SENT, total=Decimal(90), lines=lines((9, 0, 9))), "total", "drift"),
        (KNOWN, replace(THEIRS, lines=lines((10, 4, 6))), "shipped", "drift"),
        (KNOWN, replace(THEIRS, lines=lines((10, 0, 20))), "planned", "drift"),
        (KNOWN, replace(THEIRS, lines=lines((10, 0, 0))), "planned", "drift"),
    ],
)
def test_a_difference_is_told_once_with_its_code(
    ours: Known | None, theirs: Order | None, field: str, code: str
):
    assert differ(ours, theirs) == [(field, code)]


def test_a_difference_says_both_values_and_where_it_is():
    (one,) = of_orders({KEY: OURS}, {KEY: replace(THEIRS, total=Decimal(1))})
    assert (one.mark, one.ours, one.theirs, one.case_id) == (f"order/{KEY}/total", OURS.total, 1, 1)

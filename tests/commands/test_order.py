"""The order on the demo's ERP, as people and machine work on it together: entered once, confirmed, shipped, invoiced, paid."""

from decimal import Decimal

import pytest

from cpm.commands import acting, addresses, identifier_facts, notes
from cpm.commands.notes import Said
from cpm.connectors.erp import PostalAddress
from cpm.errors import Conflict, Forbidden
from cpm.model import Case, CaseState
from cpm.queries import actions
from tests.clock import FakeClock
from tests.following import Site
from tests.ordering import (
    CALLER,
    called,
    calm,
    confirmation,
    done,
    follow,
    known,
    lines,
    ordered,
    people,
    says,
)
from tests.world import World


def test_an_unknown_caller_gets_what_was_agreed_and_pays(firm: World, clock: FakeClock) -> None:
    """Scenario a of PROCESSES 5.2."""
    case = called(firm)
    done(firm, case, "capture_customer", **CALLER)
    done(
        firm,
        case,
        "capture_lines",
        lines=lines(firm, clock, ("SO-1001", 8), ("SO-3001", 100), ("SO-3002", 5)),
    )
    assert firm.at(case) == ["find_way"], known(firm, case).get("check")
    done(firm, case, "find_way", way="part_delivery", agreed=True)
    done(firm, case, "confirm_order", accepted="yes")

    number = known(firm, case)["order_no"]
    (paper,) = confirmation(firm, case)
    assert paper.name == f"Sonnenschein AG_AB {number.zfill(6)}.pdf"
    assert known(firm, case)["customer_status"] == "customer"
    assert calm(firm, case)
    them = people(firm, clock)
    them.ship(number)
    follow(firm, clock)
    assert known(firm, case)["shipment"] == "shipped"
    invoice = them.invoice(number)
    follow(firm, clock)
    (paper,) = confirmation(firm, case)
    assert paper.name == f"Sonnenschein AG_AB {number.zfill(6)}_Re {invoice.zfill(6)}.pdf"
    them.pay(invoice)
    follow(firm, clock)

    over = firm.now(case)
    assert (over.state, over.outcome) == (CaseState.CLOSED, "paid")
    assert calm(firm, case)
    told = [call.inputs.get("event") for call in firm.post.calls]
    assert told == ["order_confirmed", "delivery_sent", "invoice_paid"]


def test_a_part_payment_leaves_the_rest_open(firm: World, clock: FakeClock) -> None:
    """Scenario g."""
    case = ordered(firm, clock, ("SO-1001", 2))
    them, number = people(firm, clock), known(firm, case)["order_no"]
    them.ship(number)
    invoice = them.invoice(number)
    follow(firm, clock)
    them.pay(invoice, Decimal(100))
    follow(firm, clock)

    assert firm.now(case).state == CaseState.OPEN
    assert known(firm, case)["open_amount"] == known(firm, case)["total"] - 100
    them.pay(invoice)
    follow(firm, clock)
    assert firm.now(case).outcome == "paid"


def test_fewer_pieces_change_both_sides_and_make_a_new_version_of_the_confirmation(
    firm: World, clock: FakeClock
) -> None:
    case = ordered(firm, clock, ("SO-1001", 4), ("SO-3002", 5))
    (before,) = confirmation(firm, case)
    says(firm, case, "change_requested")
    rows = [{**row, "qty": "2"} if row["sku"] == "SO-1001" else row for row in known(firm, case)["lines"]]
    asked = [{name: row.get(name) for name in ("sku", "qty", "wanted_on", "all_together")} for row in rows]
    done(firm, case, "change_order", change_kind="qty_down", lines=asked)

    (after,) = confirmation(firm, case)
    assert (after.version, after.name) == (2, before.name)
    assert [line["qty"] for line in known(firm, case)["order"]["lines"]] == [2, 5]
    assert [
        call.inputs["attachments"] for call in firm.post.calls if call.inputs.get("event") == "order_changed"
    ] == [[after.id]]


def test_a_customer_cancels_and_the_erp_has_nothing_left(firm: World, clock: FakeClock) -> None:
    case = ordered(firm, clock, ("SO-1001", 4))
    says(firm, case, "cancel_requested")
    assert known(firm, case)["change_kind"] == "cancel_order"
    done(firm, case, "change_order", change_kind="cancel_order")

    over = firm.now(case)
    assert (over.state, over.outcome) == (CaseState.CLOSED, "cancelled")
    order = firm.engine.erp.of("demo").order(case.number)
    assert order is not None
    assert sum(line.qty for line in order.lines) == 0 or order.state == "cancelled"
    assert [call.inputs["event"] for call in firm.post.calls].count("order_cancelled") == 1


def test_who_gives_a_part_back_gets_what_was_invoiced_and_no_more(firm: World, clock: FakeClock) -> None:
    case = ordered(firm, clock, ("SO-1001", 4), ("SO-3002", 5))
    them, erp = people(firm, clock), firm.engine.erp.of("demo")
    number = known(firm, case)["order_no"]
    them.ship(number, ("SO-1001",))
    follow(firm, clock)
    says(firm, case, "cancel_requested")
    done(firm, case, "change_order", change_kind="withdrawal")
    done(firm, case, "approve", "sue", approved="yes")

    assert firm.now(case).outcome == "cancelled"
    order = erp.order(case.number)
    assert [(line.sku, line.qty) for line in order.lines] == [("SO-1001", 4)], (
        "the rest does not leave any more"
    )
    assert known(firm, case)["credit_amount"] == 0, "nothing was invoiced"
    follow(firm, clock)
    assert Site(firm, clock).reconcile()["differences"] == 0, "what was given back is no drift"


def test_an_invoice_of_goods_that_come_back_is_credited(firm: World, clock: FakeClock) -> None:
    case = ordered(firm, clock, ("SO-1001", 4))
    them, number = people(firm, clock), known(firm, case)["order_no"]
    them.ship(number)
    invoice = them.invoice(number)
    follow(firm, clock)
    says(firm, case, "change_requested")
    rows = [{name: row.get(name) for name in ("sku", "wanted_on")} for row in known(firm, case)["lines"]]
    done(
        firm,
        case,
        "change_order",
        change_kind="qty_down",
        lines=[{**rows[0], "qty": "3", "all_together": False}],
    )
    done(firm, case, "approve", "sue", approved="yes")

    erp = firm.engine.erp.of("demo")
    assert known(firm, case)["credit_amount"] * 4 == erp.invoice(invoice).total
    assert firm.now(case).state == CaseState.OPEN
    assert "order_returned" in [call.inputs.get("event") for call in firm.post.calls]
    assert calm(firm, case)


def test_nobody_says_what_the_process_does_not_wait_for(firm: World, clock: FakeClock) -> None:
    case = called(firm)
    with firm.engine.begin("oda") as uow:
        assert actions.of_case(uow, uow.get(Case, case.id), "de") == []
    with firm.engine.begin("oda") as uow, pytest.raises(Conflict):
        acting.act(uow, case.id, "cancel_requested")
    with firm.engine.begin("otto") as uow, pytest.raises(Forbidden):
        acting.act(uow, case.id, "cancel_requested")


def test_what_is_marked_as_unreachable_is_said_of_what_is_captured(firm: World) -> None:
    first = called(firm)
    assert known(firm, first)["unreachable"] is None
    with firm.engine.begin("oda") as uow:
        customer = first.customer_id
        phone = identifier_facts.of_value(uow, customer, "phone", "0221 5550100")
        identifier_facts.unreachable(uow, customer, phone, "kein Anschluss")
        place = addresses.add(uow, customer, addresses.Postal("Am Hang 3", "50939", "Köln", "DE"))
        uow.session.flush()
        addresses.unreachable(uow, customer, place.id, "Brief kam zurück")
        said = Said("phone", "Noch ein Modul", "Geht das?", "2", language="de")
        again = notes.open_by_hand(uow, said, process="order", customer=customer)
    firm.drain()
    marked = "Am Hang 3 (Brief kam zurück), +492215550100 (kein Anschluss)"
    assert known(firm, again)["unreachable"] == marked


def test_goods_go_where_the_customer_says_also_after_they_have_changed_their_mind(
    firm: World, clock: FakeClock
) -> None:
    case = called(firm)
    done(firm, case, "capture_customer", **CALLER)
    site = {"ship_street": "Baustelle 7", "ship_postcode": "50667", "ship_city": "Köln", "ship_country": "DE"}
    wanted = lines(firm, clock, ("SO-1001", 4))
    done(firm, case, "capture_lines", lines=wanted, ship_to="other", **site)
    done(firm, case, "confirm_order", accepted="yes")
    erp = firm.engine.erp.of("demo")
    assert erp.order(case.number).ship_to == PostalAddress("Baustelle 7", "50667", "Köln", "DE")

    main, kept = known(firm, case)["places"]
    assert (kept["street"], known(firm, case)["ship_to"]) == ("Baustelle 7", kept["value"])

    says(firm, case, "change_requested")
    done(firm, case, "change_order", change_kind="address", ship_to=main["value"])
    assert erp.order(case.number).ship_to == PostalAddress("Am Hang 3", "50939", "Köln", "DE")
    assert known(firm, case)["ship_address"]["street"] == "Am Hang 3"
    (paper,) = confirmation(firm, case)
    assert paper.version == 2
    assert calm(firm, case)

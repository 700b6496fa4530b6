"""An order whose invoice nobody pays: the dunning begins once, however many notice it, and the payment ends both."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from cpm.following import Follower
from cpm.model import Case, CaseState, Errand
from tests.clock import FakeClock
from tests.ordering import calm, done, follow, known, ordered, people, says
from tests.world import World


def dunned(firm: World) -> list[Case]:
    with firm.engine.read() as look:
        return list(look.session.scalars(select(Case).where(Case.process == "dunning")))


def six_in_the_morning(firm: World, clock: FakeClock, *, after: int) -> None:
    """So many days after the day on which the invoice is due; the errand of the night has its turn."""
    zone = firm.engine.settings.zone
    (invoice,) = firm.engine.erp.of("demo").open_items()
    at = datetime.combine(invoice.due_on + timedelta(days=after), time(6, 0, 30), zone)
    clock.advance(at - clock())
    firm.drain()
    Follower(firm.engine).turn("demo", Errand.DUNNING)
    firm.drain()


def test_an_unpaid_invoice_is_dunned_once_while_the_order_stays_open(firm: World, clock: FakeClock) -> None:
    order = ordered(firm, clock, ("SO-1001", 2))
    them, number = people(firm, clock), known(firm, order)["order_no"]
    them.ship(number)
    invoice = them.invoice(number)
    follow(firm, clock)
    Follower(firm.engine).turn("demo", Errand.DUNNING)  # the first turn only notes the day

    six_in_the_morning(firm, clock, after=1)
    (dunning,) = dunned(firm)
    assert (dunning.business_key, dunning.customer_id) == (invoice, firm.now(order).customer_id)
    assert known(firm, dunning)["order_case"] == order.number
    six_in_the_morning(firm, clock, after=5)
    assert len(dunned(firm)) == 1
    assert firm.now(order).state == CaseState.OPEN

    them.pay(invoice)
    follow(firm, clock)
    assert [firm.now(case).outcome for case in (order, dunning)] == ["paid", "paid"]
    assert calm(firm, order)
    assert calm(firm, dunning)
    told = [call.inputs.get("event") for call in firm.post.calls]
    assert told == ["order_confirmed", "delivery_sent", "dunning_1", "invoice_paid"]


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_an_order_ends_with_a_claim_that_was_written_off(firm: World, clock: FakeClock) -> None:
    """Nobody waits for that money; three letters later, an A customer's call aside."""
    order = ordered(firm, clock, ("SO-1001", 2))
    them, number = people(firm, clock), known(firm, order)["order_no"]
    them.ship(number)
    them.invoice(number)
    follow(firm, clock)
    for days in (1, 5, 20, 35, 50):
        six_in_the_morning(firm, clock, after=days)
        (dunning,) = dunned(firm)
        if firm.at(dunning) == ["print_and_post"]:
            firm.do(dunning, "print_and_post", "fay", {"posted_on": clock().date().isoformat()})
            firm.drain()
    said = {"collection": "write_off", "reason": "Der Kunde ist insolvent."}
    firm.do(dunning, "decide_collection", "fay", said)
    if "approve" in firm.at(dunning):
        firm.do(dunning, "approve", "sue", {"approved": "yes"})
    firm.drain()

    assert firm.now(dunning).outcome == "written_off"
    assert firm.now(order).state == CaseState.CLOSED
    six_in_the_morning(firm, clock, after=60)
    assert len(dunned(firm)) == 1


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_who_has_given_all_of_it_back_is_not_dunned_for_it(firm: World, clock: FakeClock) -> None:
    """The credit note stands beside the invoice until people over there set both off."""
    order = ordered(firm, clock, ("SO-1001", 2))
    them, number = people(firm, clock), known(firm, order)["order_no"]
    them.ship(number)
    invoice = them.invoice(number)
    follow(firm, clock)
    Follower(firm.engine).turn("demo", Errand.DUNNING)
    due_on = firm.engine.erp.of("demo").invoice(invoice).due_on
    six_in_the_morning(firm, clock, after=5)
    (dunning,) = dunned(firm)
    says(firm, order, "cancel_requested")
    done(firm, order, "change_order", change_kind="cancel_order")
    done(firm, order, "approve", "sue", approved="yes")
    assert firm.now(order).outcome == "cancelled"

    at = datetime.combine(due_on + timedelta(days=20), time(6, 0, 30), firm.engine.settings.zone)
    clock.advance(at - clock())
    firm.drain()
    Follower(firm.engine).turn("demo", Errand.DUNNING)
    firm.drain()
    assert [call.inputs.get("event") for call in firm.post.calls].count("dunning_2") == 0
    assert firm.now(dunning).outcome == "credited"
    assert len(dunned(firm)) == 1

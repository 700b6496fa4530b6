"""What has to be agreed before an order stands: goods that nobody knows a date for, terms that finance refuses, a deposit that does not come."""

from datetime import timedelta
from decimal import Decimal

from cpm.model import Case, CaseState
from cpm.queries import notice_words
from tests.clock import FakeClock
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


def test_purchasing_is_asked_for_one_line_while_the_other_is_confirmed(firm: World, clock: FakeClock) -> None:
    """Scenario b of PROCESSES 5.2: of the second line nobody knows when it can be there."""
    case = called(firm)
    done(firm, case, "capture_customer", **CALLER)
    done(firm, case, "capture_lines", lines=lines(firm, clock, ("SO-1001", 2), ("GE-2001", 1)))
    assert firm.at(case) == ["find_way"]
    done(firm, case, "find_way", way="ask_purchasing", agreed=True)

    assert firm.at(case) == ["call_back", "confirm_order"]
    due = firm.step(case, "call_back").due_at
    assert due is not None
    assert due - clock() <= timedelta(hours=5), "as the customer was told"
    done(firm, case, "confirm_order", accepted="yes")
    assert [line["sku"] for line in known(firm, case)["order"]["lines"]] == ["SO-1001"]
    done(firm, case, "call_back", reached="yes", result="Erst im Januar.")
    assert firm.now(case).state == CaseState.OPEN
    assert calm(firm, case)


def test_where_finance_refuses_a_first_order_prepayment_is_offered(firm: World, clock: FakeClock) -> None:
    """Scenario c: a new company, 12,000 EUR; prepayment is not to their taste."""
    case = called(firm)
    done(firm, case, "capture_customer", **CALLER)
    done(firm, case, "capture_lines", lines=lines(firm, clock, ("SO-2001", 6)))
    assert firm.at(case) == ["approve"]
    done(firm, case, "approve", "fay", approved="no", approval_reason="Erst gegen Vorkasse.")
    assert known(firm, case)["prepay_percent"] == 100
    done(firm, case, "confirm_order", accepted="no", no_reason="price")

    assert firm.now(case).outcome == "no_order"
    order = firm.engine.erp.of("demo").order(case.number)
    assert order is not None
    assert order.state == "cancelled"
    assert calm(firm, case)


def test_credit_that_is_gone_at_the_last_moment_is_raised_over_there_and_approved(
    firm: World, clock: FakeClock
) -> None:
    case = called(firm)
    done(firm, case, "capture_customer", **CALLER)
    done(firm, case, "capture_lines", lines=lines(firm, clock, ("SO-1001", 4)))
    them, customer = people(firm, clock), known(firm, case)["customer_no"]
    them.allow(customer, Decimal(100))
    done(firm, case, "confirm_order", accepted="yes")

    assert firm.at(case) == ["approve"]
    assert (known(firm, case)["erp_refused"], known(firm, case)["check"]["terms"]["credit_free"]) == (
        "credit",
        100,
    )
    them.allow(customer, Decimal(10_000))
    done(firm, case, "approve", "fay", approved="yes")
    done(firm, case, "confirm_order", accepted="yes")
    assert known(firm, case)["erp_state"] == "processing"
    assert calm(firm, case)


def test_a_quote_is_filed_mailed_and_followed_up(firm: World, clock: FakeClock) -> None:
    case = called(firm)
    done(firm, case, "capture_customer", **CALLER)
    done(firm, case, "capture_lines", lines=lines(firm, clock, ("SO-1001", 4)))
    until = clock().date() + timedelta(days=10)
    done(firm, case, "confirm_order", accepted="later", valid_until=until.isoformat())

    number = known(firm, case)["order_no"]
    (paper,) = confirmation(firm, case, "AN")
    assert paper.name == f"Sonnenschein AG_AN {number.zfill(6)}.pdf"
    (told,) = firm.post.calls
    assert (told.inputs["event"], told.inputs["attachments"]) == ("quote_sent", [paper.id])
    says(firm, case, "quote_answered")
    assert firm.at(case) == ["follow_up_quote"]
    done(firm, case, "follow_up_quote", quote_result="later", valid_until=until.isoformat())
    clock.advance(timedelta(days=8))
    firm.drain()
    assert firm.at(case) == ["follow_up_quote"]

    later = (until + timedelta(days=14)).isoformat()
    done(firm, case, "follow_up_quote", quote_result="later", valid_until=later)
    (paper,) = confirmation(firm, case, "AN")
    assert (paper.version, [call.inputs["attachments"] for call in firm.post.calls[1:]]) == (2, [[paper.id]])
    clock.advance(timedelta(days=14))
    firm.drain()
    done(firm, case, "follow_up_quote", quote_result="yes")
    done(firm, case, "confirm_order", accepted="yes")
    assert known(firm, case)["erp_state"] == "processing"
    assert calm(firm, case)


def test_a_deposit_that_does_not_come_is_asked_for_and_then_doubted(firm: World, clock: FakeClock) -> None:
    case = ordered(firm, clock, ("SO-2001", 2))
    assert known(firm, case)["prepay_percent"] == 30
    them, number = people(firm, clock), known(firm, case)["order_no"]
    them.ship(number)
    follow(firm, clock)
    clock.advance(timedelta(days=10))
    firm.drain()
    assert [call.inputs["event"] for call in firm.post.calls][-1] == "prepay_reminder"

    clock.advance(timedelta(days=10))
    firm.drain()
    assert firm.at(case) == ["still_wanted"]
    done(firm, case, "still_wanted", still_wanted="yes")
    assert firm.now(case).state == CaseState.OPEN


def test_a_notice_that_waits_is_called_by_its_order(firm: World, clock: FakeClock) -> None:
    case = ordered(firm, clock, ("SO-1001", 2))
    with firm.engine.read() as look:
        them = look.get(Case, case.id)
        named = notice_words.subject(look, them, "delivery_sent", "de", {"order_no": "100235"})
        assert named == "Unterwegs: 100235"
        assert notice_words.subject(look, them, "delivery_sent", "de") == "Unterwegs: …"

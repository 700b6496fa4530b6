"""What happens in the ERP reaches the cases that wait for it: each thing once, whatever fails on the way."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from cpm.commands import erp_errands, erp_feed, erp_news, erp_seen, incidents, messages
from cpm.commands.incidents import Trouble
from cpm.connectors.erp import ErpFault, Line, Wanted, following
from cpm.connectors.erp.demo import faults
from cpm.errors import Forbidden, NotFound
from cpm.model import Case, Errand, Job, JobKind, Origin
from tests.clock import FakeClock
from tests.commands.conversing import deploy, open_case, waiting
from tests.following import INVERTER, MODULE, Site
from tests.world import World


@pytest.fixture
def site(firm: World, clock: FakeClock) -> Site:
    """The feed has begun, and nothing has happened yet."""
    found = Site(firm, clock)
    found.poll()
    return found


def test_a_feed_begins_with_what_happens_from_now_on(firm: World, clock: FakeClock):
    site = Site(firm, clock)
    order = site.ordered(site.case())
    site.people.ship(order.number)
    site.poll(2)
    assert site.told() == []


def test_an_order_is_followed_until_it_is_paid(site: Site):
    order = site.ordered(site.case())
    site.poll()
    site.people.ship(order.number)
    site.poll()
    invoice = site.people.invoice(order.number)
    site.poll()
    site.people.pay(invoice, Decimal(100))
    site.poll()
    site.people.pay(invoice)
    site.poll(3)
    assert site.told() == [
        ("delivery_sent", order.number),
        ("invoice_posted", order.number),
        ("payment_received", invoice),
        ("payment_received", invoice),
    ]
    sent, posted, part, rest = (message.payload for message in site.messages())
    assert (sent["all_shipped"], "10 Stück" in sent["parts"]) == (True, True)
    assert (posted["invoice_no"], posted["invoice_total"]) == (invoice, order.total)
    assert (part["open_amount"], part["all_paid"]) == (order.total - 100, False)
    assert (rest["open_amount"], rest["all_paid"]) == (0, True)


def test_all_that_happened_between_two_polls_is_told_in_its_order(site: Site):
    order = site.ordered(site.case())
    site.people.ship(order.number)
    site.people.pay(site.people.invoice(order.number))
    site.poll()
    assert [name for name, _ in site.told()] == ["delivery_sent", "invoice_posted", "payment_received"]


def test_what_people_there_change_or_cancel_is_told(site: Site):
    order = site.ordered(site.case())
    site.poll()
    site.people.change(order.number, MODULE, Decimal(8))
    site.poll()
    site.people.cancel(order.number)
    site.poll(2)
    assert site.told() == [("order_changed_in_erp", order.number), ("order_cancelled_in_erp", order.number)]
    changed = site.messages()[0].payload["order"]
    assert (changed["lines"][0]["qty"], changed["total"] < order.total) == (8, True)


def test_what_a_call_of_ours_brought_is_no_news(site: Site):
    order = site.ordered(site.case())
    with site.firm.engine.begin("worker") as uow:
        erp_seen.note(uow, "demo", "order", order.key, following.agreed(order))
    site.poll(2)
    assert site.told() == []


@pytest.mark.parametrize(("code", "theirs"), [("unknown_outcome", False), ("amendment_refused", True)])
def test_what_a_call_did_that_was_set_aside_is_not_told_as_done_by_them(
    site: Site, code: str, *, theirs: bool
):
    """Its answer was lost for good and a person has it; what the goods go through is told all the same."""
    case = site.case()
    order = site.ordered(case)
    site.linked(case, order)
    _set_aside(site, case, code)
    lines = (Line(MODULE, Decimal(8)), Line(INVERTER, Decimal(1)))
    site.erp.amend_order(order.key, Wanted(order.customer, lines))
    site.poll()
    site.people.ship(order.number)
    site.poll(2)
    changed = [("order_changed_in_erp", order.number)] if theirs else []
    assert site.told() == [*changed, ("delivery_sent", order.number)]


def _set_aside(site: Site, case: Case, code: str) -> None:
    with site.firm.engine.begin("worker") as uow:
        found = uow.case(case.id)
        call = Job(
            case_id=case.id,
            kind=JobKind.CALL,
            queue="calls",
            element="amend",
            type="erp.amend_order",
            key=f"{case.number}/amend/1",
            run_at=uow.now,
            payload={},
        )
        uow.session.add(call)
        uow.session.flush()
        call.move("set aside")
        trouble = Trouble(Origin.JOB, "erp", code, "Nobody knows what became of it.", "amend")
        incidents.raise_incident(uow, found, trouble, job=call)


def test_a_customer_who_is_changed_there_is_told_once(site: Site):
    case = site.case()
    site.customer_there(case)
    site.poll()
    site.people.change_customer(case.customer.number, phone="+492211234567")
    site.poll(2)
    (message,) = site.messages()
    assert (message.name, message.key) == ("customer_data_changed", str(case.customer_id))
    assert message.payload["changed"] == ["phone"]


def test_orders_of_strangers_are_not_even_read(site: Site, monkeypatch: pytest.MonkeyPatch):
    case = site.case()
    site.customer_there(case)
    order = site.erp.save_order("X-1", Wanted(case.customer.number, (Line(MODULE, Decimal(1)),)))
    site.people.change_customer(case.customer.number, phone="+492211234567")
    monkeypatch.setattr(type(site.erp), "arranged", _fails, raising=False)
    site.poll()
    assert (order.number, site.aside()) == (order.number, [])


def test_deliveries_that_the_erp_has_made_when_it_was_paid_are_arranged_before_anybody_hears_of_them(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    """All of it on one day is no change that somebody there has wanted; only of orders of ours it is put right."""
    case = site.case()
    order, arranged = site.ordered(case), []
    stranger = site.erp.save_order("X-1", Wanted(case.customer.number, (Line(MODULE, Decimal(1)),)))
    site.erp.confirm_order("X-1")
    read = site.erp.order
    monkeypatch.setattr(site.erp, "arranged", lambda key: arranged.append(key) or read(key), raising=False)
    for number in (order.number, stranger.number):
        site.people.pay(site.people.invoice(number))
    site.poll()
    assert {*arranged} == {order.key}


def test_an_order_with_the_key_of_a_case_of_another_system_is_not_the_case_s(site: Site):
    """Two installations without prefixes, or a new one beside an old ERP: case numbers begin anew."""
    case = site.case()
    order = site.ordered(case)
    with site.firm.engine.begin("worker") as uow:
        uow.case(case.id).erp = "tryton"
    site.people.ship(order.number)
    site.poll(2)
    assert site.told() == []


def test_a_case_takes_what_it_waits_for_and_one_that_waits_later_too(site: Site):
    deploy(
        site.firm, waiting("early", "delivery_sent|=order_no"), waiting("late", "invoice_posted|=order_no")
    )
    order = site.ordered(site.case())
    first = open_case(site.firm, "early", order_no=order.number)
    site.people.ship(order.number)
    site.people.invoice(order.number)
    site.poll()
    site.firm.drain()
    second = open_case(site.firm, "late", order_no=order.number)
    site.firm.drain()
    assert [site.firm.now(each).state.value for each in (first, second)] == ["closed", "closed"]


def test_one_who_is_killed_after_telling_leaves_nothing_to_be_told_twice(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    order = site.ordered(site.case())
    site.people.ship(order.number)
    with monkeypatch.context() as broken:
        broken.setattr(erp_feed, "stands_at", _killed)
        with pytest.raises(SystemExit):
            site.poll()
    assert site.told() == [("delivery_sent", order.number)]
    site.clock.advance(erp_errands.LEASE)
    site.poll(2)
    assert site.told() == [("delivery_sent", order.number)]


def test_one_who_is_killed_before_telling_leaves_all_of_it_to_the_next(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    order = site.ordered(site.case())
    site.people.ship(order.number)
    with monkeypatch.context() as broken:
        broken.setattr(messages, "keep", _killed)
        with pytest.raises(SystemExit):
            site.poll()
    assert (site.told(), site.errand().token is not None) == ([], True)
    site.poll()
    assert site.told() == []
    site.clock.advance(erp_errands.LEASE)
    site.poll()
    assert site.told() == [("delivery_sent", order.number)]


def test_one_whose_lease_is_lost_tells_nothing(site: Site):
    order = site.ordered(site.case())
    site.people.ship(order.number)
    site.clock.advance(site.firm.engine.settings.erp.poll)
    with site.firm.engine.begin("erp") as uow:
        slow = erp_errands.lease(uow, "demo", Errand.FEED, "slow")
    site.clock.advance(2 * erp_errands.LEASE)
    site.poll()
    read = erp_news.Read(site.clock(), order=site.erp.order(order.key))
    with pytest.raises(erp_errands.LeaseLost), site.firm.engine.begin("erp") as uow:
        erp_news.take(uow, slow, site.erp.changes(""), read)
    assert site.told() == [("delivery_sent", order.number)]


def test_two_who_poll_are_one_after_the_other(site: Site):
    site.clock.advance(site.firm.engine.settings.erp.poll)
    with site.firm.engine.begin("erp") as uow:
        assert erp_errands.lease(uow, "demo", Errand.FEED, "one") is not None
    with site.firm.engine.begin("erp") as uow:
        assert erp_errands.lease(uow, "demo", Errand.FEED, "other") is None
    assert site.follower().turn("demo", Errand.FEED) is False


def test_the_feed_stays_whose_it_is_while_the_erp_tells_for_long(site: Site, monkeypatch: pytest.MonkeyPatch):
    """50,000 changes take longer than the lease; two who read them would both begin anew for ever."""
    order = site.ordered(site.case())
    site.people.ship(order.number)
    tell, others = site.erp.changes, []

    def slowly(since: str, most: int) -> object:
        for _ in range(3):
            site.clock.advance(erp_errands.LEASE * 0.6)
            wait_until(lambda: site.errand().leased_until > site.clock() + erp_errands.LEASE * 0.9)
            with site.firm.engine.begin("erp") as uow:
                others.append(erp_errands.lease(uow, "demo", Errand.FEED, "other"))
        return tell(since, most=most)

    monkeypatch.setattr("cpm.following.work.RENEWS", timedelta(milliseconds=10))
    monkeypatch.setattr(site.erp, "changes", slowly, raising=False)
    site.poll()
    assert (others, site.told()) == ([None] * 3, [("delivery_sent", order.number)])


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until, "it never is"
        time.sleep(0.01)


def test_what_a_worker_had_to_leave_is_read_again(site: Site, monkeypatch: pytest.MonkeyPatch):
    orders = [site.ordered(site.case(number)) for number in (1, 2)]
    for order in orders:
        site.people.ship(order.number)
    before = site.errand().place
    follower = site.follower()
    read = site.erp.arranged

    def last(key: str) -> object:
        follower.stopping.set()
        return read(key)

    with monkeypatch.context() as stopped:
        stopped.setattr(site.erp, "arranged", last, raising=False)
        site.clock.advance(timedelta(minutes=1))
        follower.turn("demo", Errand.FEED)
    assert (len(site.told()), site.errand().place) == (1, before)
    site.poll()
    assert sorted(site.told()) == sorted(("delivery_sent", order.number) for order in orders)


def test_changes_that_come_twice_and_in_another_order_tell_once(site: Site, monkeypatch: pytest.MonkeyPatch):
    order = site.ordered(site.case())
    site.people.ship(order.number)
    site.people.pay(site.people.invoice(order.number))
    as_they_are = site.erp.changes(site.errand().place[0][1])
    turned = [*reversed(as_they_are), *as_they_are]
    monkeypatch.setattr(site.erp, "changes", lambda _since, most: turned[:most], raising=False)
    site.poll(2)
    assert sorted(name for name, _ in site.told()) == ["delivery_sent", "invoice_posted", "payment_received"]


def test_what_is_committed_late_is_found_behind_what_was_read(site: Site, monkeypatch: pytest.MonkeyPatch):
    order, since = site.ordered(site.case()), site.errand().place[0][1]
    site.people.ship(order.number)
    site.people.change_customer(order.customer, phone="+492211234567")
    latest = site.erp.changes(since)[-1:]
    with monkeypatch.context() as early:
        early.setattr(site.erp, "changes", lambda _since, most: latest[:most], raising=False)
        site.poll(3)
    assert (site.told(), site.errand().place[-1][1]) == ([], latest[0].cursor)
    site.poll()
    assert site.told() == [("delivery_sent", order.number)]


def test_an_erp_that_was_away_for_an_hour_is_caught_up_with(site: Site):
    order = site.ordered(site.case())
    file = site.firm.engine.settings.erp.demo
    faults.order(file, "away")
    for _ in range(6):
        site.clock.advance(timedelta(minutes=10))
        site.poll()
    assert (site.errand().failures > 3, site.errand().failing_since is not None) == (True, True)
    assert site.errand().failure_de == "Das ERP ist nicht erreichbar."
    faults.mend(file)
    site.people.ship(order.number)
    site.poll(2)
    assert site.told() == [("delivery_sent", order.number)]
    assert (site.errand().failures, site.errand().failing_since) == (0, None)


def test_one_poisoned_change_stops_no_other(site: Site, monkeypatch: pytest.MonkeyPatch):
    poisoned, sound = site.ordered(site.case(1)), site.ordered(site.case(2))
    site.people.ship(poisoned.number)
    site.people.ship(sound.number)
    read = site.erp.order

    def order(key: str) -> object:
        if key == poisoned.key:
            raise ErpFault("validation_refused", "Expected an order, but it has no total.")
        return read(key)

    with monkeypatch.context() as broken:
        broken.setattr(site.erp, "arranged", order, raising=False)
        site.poll()
    assert site.told() == [("delivery_sent", sound.number)]
    assert {row.why for row in site.aside()} == {"Expected an order, but it has no total."}
    site.poll(2)
    assert site.told() == [("delivery_sent", sound.number), ("delivery_sent", poisoned.number)]
    assert site.aside() == []


def test_a_change_that_stays_poisoned_waits_for_an_operator(site: Site, monkeypatch: pytest.MonkeyPatch):
    order = site.ordered(site.case())
    monkeypatch.setattr(site.erp, "arranged", _fails, raising=False)
    site.people.ship(order.number)
    site.poll()
    (row, *_) = site.aside()
    engine = site.firm.engine
    with engine.begin("otto") as uow:
        erp_feed.again(uow, "demo", row.change)
    monkeypatch.undo()
    with pytest.raises(Forbidden), engine.begin("anna") as uow:
        erp_feed.discard(uow, "demo", row.change)
    site.poll()
    assert site.told() == [("delivery_sent", order.number)]
    with pytest.raises(NotFound), engine.begin("otto") as uow:
        erp_feed.discard(uow, "demo", row.change)


def test_what_is_discarded_is_told_to_nobody(site: Site, monkeypatch: pytest.MonkeyPatch):
    order = site.ordered(site.case())
    site.people.ship(order.number)
    with monkeypatch.context() as broken:
        broken.setattr(site.erp, "arranged", _fails, raising=False)
        site.poll()
    for row in site.aside():
        with site.firm.engine.begin("otto") as uow:
            erp_feed.discard(uow, "demo", row.change)
    site.poll(10)
    assert (site.told(), site.aside()) == ([], [])


def test_an_operator_may_have_it_looked_at_once_more_at_once(site: Site):
    with site.firm.engine.begin("otto") as uow:
        erp_errands.now(uow, "demo", Errand.FEED)
    assert site.errand().due_at == site.clock()
    with pytest.raises(Forbidden), site.firm.engine.begin("anna") as uow:
        erp_errands.now(uow, "demo", Errand.FEED)


def _killed(*_args: object, **_more: object) -> None:
    raise SystemExit


def _fails(*_args: object, **_more: object) -> None:
    raise ValueError("no such thing")


def test_the_feed_and_a_call_may_note_the_same_new_thing_at_one_moment(firm: World):
    def note(number: str) -> None:
        with firm.engine.begin("worker") as uow:
            erp_seen.note(uow, "demo", "customer", "K-1", {number: number})

    with ThreadPoolExecutor(1) as other:
        with firm.engine.begin("erp") as uow:
            erp_seen.note(uow, "demo", "customer", "K-1", {"one": "one"})
            second = other.submit(note, "two")
            time.sleep(0.3)  # it has looked and found nothing by now
        second.result()
    with firm.engine.begin("erp") as uow:
        assert erp_seen.of(uow, "demo", "customer", "K-1").facts == {"one": "one", "two": "two"}

"""Messages across cases: once per process, whichever comes first (BPMN 2.0.2, 8.4.11 and 10.5.4; Zeebe, "Messages")."""

import random
import threading
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import pytest
from sqlalchemy import func, select

from cpm.commands import correlation, definitions, messages, variables
from cpm.commands.messages import Sent
from cpm.errors import Invalid
from cpm.model import Case, Job, Message, MessageTaker
from tests.clock import FakeClock
from tests.commands.conversing import (
    at_once,
    begin,
    begun,
    declared,
    deploy,
    open_case,
    open_ones,
    publish,
    sending,
    waiting,
    waiting_for_each,
    waits,
)
from tests.commands.test_cost import statements
from tests.unit.bpmn.drawing import catch, each, end, message, model, node, path, start
from tests.world import World


@pytest.fixture
def talking(firm: World) -> World:
    deploy(firm, waiting("first"), waiting("second"))
    return firm


def test_a_message_finds_the_case_that_waits_for_its_name_and_key(talking: World):
    mine, other = open_case(talking, "first", order="A-1"), open_case(talking, "first", order="A-2")
    assert publish(talking, "paid", "A-1", payload={"amount": 7})
    assert [case.id for case in open_ones(talking, "first")] == [other.id]
    assert "message.correlated" in talking.story(mine)


def test_one_case_of_each_process_has_it_and_of_one_process_the_oldest(talking: World):
    cases = [open_case(talking, process, order="A-1") for process in ("first", "first", "second")]
    assert publish(talking, "paid", "A-1")
    talking.drain()
    left = open_ones(talking, "first") + open_ones(talking, "second")
    assert [case.id for case in left] == [cases[1].id]


def test_what_one_process_had_another_gets_that_waits_later(talking: World, clock: FakeClock):
    open_case(talking, "first", order="A-1")
    publish(talking, "paid", "A-1", payload={"amount": 7})
    open_case(talking, "first", order="A-1")
    open_case(talking, "second", order="A-1")
    talking.drain()
    assert len(open_ones(talking, "first")) == 1, "the same process does not have it twice"
    assert open_ones(talking, "second") == []
    clock.advance(messages.TIME_TO_LIVE)
    open_case(talking, "second", order="A-1")
    talking.drain()
    assert len(open_ones(talking, "second")) == 1, "its time is over"


def test_a_sender_says_how_long_a_message_waits(talking: World, clock: FakeClock):
    publish(talking, "paid", "A-1", to_live=timedelta(minutes=5))
    publish(talking, "paid", "A-2", "2", to_live=timedelta())
    clock.advance(timedelta(minutes=4))
    open_case(talking, "first", order="A-1")
    open_case(talking, "first", order="A-2")
    talking.drain()
    assert len(open_ones(talking, "first")) == 1, "the other message was for now or never"
    clock.advance(timedelta(minutes=2))
    open_case(talking, "second", order="A-1")
    talking.drain()
    assert len(open_ones(talking, "second")) == 1


def test_an_id_counts_once_for_each_sender_and_name(talking: World):
    for order in ("A-1", "A-2"):
        open_case(talking, "first", order=order)
    assert publish(talking, "paid", "A-1", "17", sender="ina")
    assert publish(talking, "paid", "A-2", "17", sender="ina"), "it was taken before"
    assert len(open_ones(talking, "first")) == 1
    assert publish(talking, "paid", "A-2", "17", sender="ivan")
    assert open_ones(talking, "first") == []


def test_an_id_is_known_for_a_week_however_short_the_message_lived(talking: World, clock: FakeClock):
    publish(talking, "paid", "A-1", to_live=timedelta(seconds=1))
    clock.advance(timedelta(days=6))
    talking.drain()
    open_case(talking, "first", order="A-1")
    assert not publish(talking, "paid", "A-1")
    clock.advance(timedelta(days=2))
    publish(talking, "paid", "A-9", "another")
    assert publish(talking, "paid", "A-1"), "by now it is forgotten"


def test_a_message_costs_as_many_statements_however_many_wait(talking: World):
    def cost(key: str) -> int:
        with statements(talking.engine.database) as seen:
            publish(talking, "paid", key, unique_id=key)
        return len(seen)

    talking.engine.library.refresh(now=True)
    for _ in range(2):
        open_case(talking, "first", order="few")
    for _ in range(30):
        open_case(talking, "first", order="many")
    publish(talking, "paid", "nobody", unique_id="to warm up")
    few, many = cost("few"), cost("many")
    assert few == many
    assert many <= 30, "one transaction, with the step of the case that took it"


def test_a_case_sends_to_another_by_the_key_that_it_knows(talking: World):
    deploy(talking, sending("sender", amount="=7"))
    waits_for_it = open_case(talking, "first", order="A-1")
    sender = open_case(talking, "sender", order="A-1")
    assert "message.sent" in talking.story(sender)
    talking.drain()
    assert open_ones(talking, "first") == []
    with talking.engine.read() as look:
        assert variables.load(look, look.get(Case, waits_for_it.id))[""]["amount"] == 7
    open_case(talking, "second", order="A-1")
    talking.drain()
    assert open_ones(talking, "second") == [], (
        "a message that came before its wait is handed over all the same"
    )


def test_each_of_many_messages_of_one_step_costs_little_more_than_its_row(talking: World):
    """On SQLite its job is a statement more."""
    send = node("sendTask", "send", each("=orders", element="order"), messageRef="m1")
    parts = (start(), send, end(), path("s", "send", "e"))
    deploy(talking, model(*parts, process_id="many", declared=declared(m1="paid|=order")))

    def cost(number: int) -> int:
        with statements(talking.engine.database) as seen:
            open_case(talking, "many", orders=[f"{number}-{each}" for each in range(number)])
        return len(seen)

    talking.engine.library.refresh(now=True)
    cost(1)
    few = cost(5)
    assert cost(45) - few <= 2 * 40


def test_a_case_that_sends_opens_one_of_another_process_for_its_customer(talking: World):
    deploy(talking, sending("sender", "ordered|=order", pieces="=2"), begun("purchase"))
    sender = open_case(talking, "sender", order="A-1")
    talking.drain()
    [opened] = open_ones(talking, "purchase")
    assert (opened.customer_id, opened.business_key) == (sender.customer_id, "A-1")


def test_no_process_says_what_only_the_engine_says(talking: World):
    with pytest.raises(definitions.NotDeployed) as refused:
        deploy(talking, sending("liar", "customer_replied|=order"))
    assert "only the engine says customer_replied" in str(refused.value.findings[0])
    deploy(talking, sending("liar", "=what|=order"))
    with pytest.raises(Invalid, match="only the engine says customer_wrote"):
        open_case(talking, "liar", order="A-1", what="customer_wrote")


def test_a_message_that_cannot_be_handed_over_ends_with_whoever_sent_it(talking: World, clock: FakeClock):
    """Here a policy refuses the case that it would open; what is not told to anybody would be lost."""
    deploy(talking, sending("sender", "ordered|=order"), begun("purchase"))
    sender = open_case(talking, "sender", order="A-1")
    with patch("cpm.commands.starting.MOST_CASES_AN_HOUR", 0):
        for _ in range(8):
            talking.drain()
            clock.advance(timedelta(hours=2))
    assert open_ones(talking, "purchase") == []
    assert talking.incident(sender).code == "crashed"


def test_two_cases_that_send_to_each_other_at_once_do_not_hinder_each_other(talking: World):
    """Neither locks the other's case: what is sent is handed over afterwards."""
    both = model(
        start(),
        node("parallelGateway", "split"),
        node("sendTask", "send", messageRef="m1"),
        catch("wait", message("m2")),
        end(),
        path("s", "split", "send", "e"),
        path("split", "wait", "e"),
        process_id="pair",
        declared=declared(m1="hello|=theirs", m2="hello|=ours"),
    )
    deploy(talking, both)
    for number in range(4):
        one, other = f"{number}-one", f"{number}-other"
        at_once(
            partial(open_case, talking, "pair", ours=one, theirs=other),
            partial(open_case, talking, "pair", ours=other, theirs=one),
        )
    talking.drain()
    assert open_ones(talking, "pair") == []


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_message_and_wait_in_two_transactions_at_once_meet(talking: World):
    """Neither sees the other while both look, because neither has committed: who commits last has to look again."""
    for number in range(12):
        both = threading.Barrier(2)
        key = f"A-{number}"

        def send(key: str = key, both: threading.Barrier = both) -> None:
            with talking.engine.begin("worker") as uow:
                correlation.publish(uow, Sent("paid", key, key, {}))
                both.wait(10)

        def wait(key: str = key, both: threading.Barrier = both) -> None:
            with talking.engine.begin("test") as uow:
                begin(uow, "first", order=key)
                both.wait(10)

        at_once(send, wait)
        talking.drain()
        assert open_ones(talking, "first") == []


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
@pytest.mark.parametrize("first", ["message", "wait"])
def test_who_commits_long_after_the_other_still_meets_it(talking: World, first: str):
    begun, committed = threading.Barrier(2), threading.Event()

    def send() -> None:
        with talking.engine.begin("worker") as uow:
            correlation.publish(uow, Sent("paid", "A-1", "1", {}))
            begun.wait(10)
            if first == "wait":
                committed.wait(10)
        committed.set()

    def wait() -> None:
        with talking.engine.begin("test") as uow:
            begin(uow, "first", order="A-1")
            begun.wait(10)
            if first == "message":
                committed.wait(10)
                talking.drain()
        committed.set()

    at_once(send, wait)
    talking.drain()
    assert open_ones(talking, "first") == []


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_two_hundred_messages_and_waits_in_any_order_meet_once_each(talking: World):
    """Four threads that send, wait and work, five keys, so that many of both have the same."""
    deploy(talking, waiting_for_each("each"))
    orders = [f"A-{number}" for number in range(5)]
    todo = [*[None] * 40, *orders * 40]
    random.Random(5).shuffle(todo)

    def work(mine: list[tuple[int, str | None]]) -> None:
        for number, order in mine:
            if order is None:
                open_case(talking, "each", orders=orders)
            else:
                publish(talking, "paid", order, str(number))
            if number % 4 == 0:
                talking.drain()

    shares = [list(enumerate(todo))[part::4] for part in range(4)]
    at_once(*[partial(work, share) for share in shares])
    talking.drain()
    assert open_ones(talking, "each") == []
    assert waits(talking) == 0
    with talking.engine.read() as look:
        taken = look.session.scalar(select(func.count()).select_from(MessageTaker))
        left = look.session.scalars(select(Message.id).where(Message.delivered_at.is_(None))).all()
        failed = look.session.scalars(select(Job.error).where(Job.error.is_not(None))).all()
    assert (taken, left, failed) == (200, [], [])

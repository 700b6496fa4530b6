"""A message that begins a process: once per key while its case is open (BPMN 2.0.2, 10.5.2; Zeebe, "Messages")."""

from datetime import timedelta
from functools import partial

import pytest

from cpm.commands import cases, closing, definitions, messages, variables
from cpm.commands import starting as commands
from cpm.errors import CpmError
from cpm.model import Case
from cpm.queries import journal
from tests.clock import FakeClock
from tests.commands.conversing import at_once, begun, cases_of, declared, deploy, open_ones, publish
from tests.unit.bpmn.drawing import catch, message, model, node, path, user
from tests.world import World, mail

MARA = "mara@example.org"


@pytest.fixture
def shop(firm: World) -> World:
    deploy(firm, begun("purchase"))
    return firm


def order(firm: World, key: str, unique_id: str, **payload: object) -> bool:
    return publish(firm, "ordered", key, unique_id, email=MARA, payload=payload)


def finish(firm: World, case: Case) -> None:
    firm.do(case, "work", "sue", {})


def test_a_message_opens_a_case_for_its_customer_with_what_it_brings(shop: World):
    assert order(shop, "A-1", "1", subject="Ein Kessel", pieces=2, case_no="C-000009-9")
    [case] = cases_of(shop, "purchase")
    assert (case.subject, case.business_key, case.channel) == ("Ein Kessel", "A-1", "message")
    assert shop.at(case) == ["work"]
    with shop.engine.read() as look:
        data = variables.load(look, look.get(Case, case.id))[""]
        told = [entry.sentence for entry in journal.journal(look, case.id, "en").entries]
    assert data["pieces"] == 2
    assert data["case_no"] == case.number, "no sender says what the engine knows"
    assert any(sentence.endswith("Not taken over: case_no.") for sentence in told)
    assert any("key A-1" in sentence for sentence in told)


def test_while_a_case_is_open_further_messages_with_its_key_wait_until_it_closes(shop: World):
    order(shop, "A-1", "1", round=1)
    assert not order(shop, "A-1", "2", round=2)
    assert not order(shop, "A-1", "3", round=3)
    assert order(shop, "A-2", "4"), "another key"
    shop.drain()
    assert len(open_ones(shop, "purchase")) == 2
    for following in (2, 3):
        finish(shop, next(case for case in open_ones(shop, "purchase") if case.business_key == "A-1"))
        shop.drain()
        [case] = [case for case in open_ones(shop, "purchase") if case.business_key == "A-1"]
        with shop.engine.read() as look:
            assert variables.load(look, look.get(Case, case.id))[""]["round"] == following


def test_a_process_that_needs_two_messages_begins_by_either_and_waits_for_the_other(firm: World):
    """A parallel event gateway that instantiates (BPMN 2.0.2, 10.6.6)."""
    both = model(
        node("eventBasedGateway", "g", instantiate="true", eventGatewayType="Parallel"),
        catch("x", message("m1")),
        catch("y", message("m2")),
        node("parallelGateway", "join"),
        user("work"),
        path("g", "x", "join", "work"),
        path("g", "y", "join"),
        process_id="both",
        declared=declared(m1="ordered|=order", m2="paid|=order"),
    )
    deploy(firm, both)
    for first, second in (("ordered", "paid"), ("paid", "ordered")):
        assert publish(firm, first, first, first, email=MARA, payload={"order": f"by {first}"})
        assert publish(firm, second, f"by {first}", f"{second} after", email=MARA)
        firm.drain()
        assert [firm.at(case) for case in open_ones(firm, "both")] == [["work"]]
        finish(firm, open_ones(firm, "both")[0])


def test_a_message_whose_time_ends_while_the_case_is_open_opens_none(shop: World, clock: FakeClock):
    order(shop, "A-1", "1")
    order(shop, "A-1", "2")
    clock.advance(messages.TIME_TO_LIVE + timedelta(minutes=1))
    finish(shop, open_ones(shop, "purchase")[0])
    shop.drain()
    assert open_ones(shop, "purchase") == []


def test_a_message_without_key_always_opens_a_case(shop: World):
    assert order(shop, "", "1")
    assert order(shop, "", "2")
    assert [case.business_key for case in cases_of(shop, "purchase")] == [None, None]


def test_each_process_that_begins_by_it_opens_a_case(shop: World):
    deploy(shop, begun("invoice"))
    order(shop, "A-1", "1")
    shop.drain()
    assert [len(open_ones(shop, process)) for process in ("purchase", "invoice")] == [1, 1]


def test_the_version_in_force_begins(shop: World):
    deploy(shop, begun("purchase", "reordered"))
    assert not order(shop, "A-1", "1")
    assert publish(shop, "reordered", "A-1", "1", email=MARA)


def test_a_file_of_a_thousand_pools_is_refused_at_once(firm: World):
    """Reading it takes minutes, in which nobody else deploys, and on SQLite nobody writes."""
    pools = b"".join(b'<bpmn:process id="p%d" isExecutable="true"/>' % number for number in range(1000))
    with pytest.raises(definitions.NotDeployed) as refused:
        deploy(firm, begun("purchase").replace(b"</bpmn:definitions>", pools + b"</bpmn:definitions>"))
    [found] = refused.value.findings
    assert "at most 50 executable processes" in found.reason


def test_twenty_messages_with_one_key_at_once_open_one_case(shop: World):
    at_once(*[partial(order, shop, "A-1", str(number)) for number in range(20)])
    assert len(cases_of(shop, "purchase")) == 1
    finish(shop, open_ones(shop, "purchase")[0])
    shop.drain()
    assert (len(cases_of(shop, "purchase")), len(open_ones(shop, "purchase"))) == (2, 1)


def test_a_case_that_closes_while_its_next_message_comes_misses_none(shop: World):
    """The message sees the case open, the closing sees no message: who commits last has to look again."""
    order(shop, "A-1", "0")
    for number in range(8):
        [case] = open_ones(shop, "purchase")
        at_once(partial(finish, shop, case), partial(order, shop, "A-1", f"next {number}"))
        shop.drain()
        assert len(open_ones(shop, "purchase")) == 1


def test_a_case_that_is_opened_again_leaves_its_key_to_the_one_that_has_it(shop: World):
    order(shop, "A-1", "1")
    [first] = open_ones(shop, "purchase")
    finish(shop, first)
    order(shop, "A-1", "2")
    with shop.engine.begin("worker") as uow:
        case = cases.reopen(uow, uow.case(first.id), at="s", data={})
        assert case.business_key is None
    with shop.engine.begin("worker") as uow:
        closing.end(uow, uow.case(first.id), outcome="ended", reason="test")
    assert shop.story(first).count("case.reopened") == 1


def test_orders_that_come_as_messages_make_no_customer_a_machine(shop: World):
    """Their next mail opens a case: it was not they who sent ten."""
    for number in range(10):
        order(shop, "", str(number))
    assert shop.receive(mail(sender=MARA)) is not None


def test_processes_that_begin_each_other_in_a_circle_are_stopped(
    shop: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(commands, "MOST_CASES_AN_HOUR", 3)
    for number in range(3):
        order(shop, "", str(number))
    with pytest.raises(CpmError, match="within an hour"):
        order(shop, "", "4")

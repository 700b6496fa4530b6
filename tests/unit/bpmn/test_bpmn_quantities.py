"""How many tokens an activity needs to start, and how many it sends on: BPMN 2.0.2, 10.3.1 (table 10.3) and 13.3.2."""

import pytest

from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    DECLARED,
    catch,
    each,
    end,
    flow,
    model,
    node,
    parallel,
    path,
    start,
    timer,
    user,
)
from tests.unit.bpmn.drawing import boundary as at_boundary
from tests.unit.bpmn.driving import Case


def test_two_tokens_of_one_activity_start_the_next_but_one_once():
    drawn = model(
        start(),
        user("send", completionQuantity="2"),
        user("forward"),
        user("receive", startQuantity="2"),
        end(),
        path("s", "send", "forward", "receive", "e"),
    )
    case = Case(drawn).do("send")
    assert case.at == ["forward", "forward"]
    assert case.do("forward").at == ["forward"]
    assert case.do("forward").at == ["receive"]
    assert case.do("receive").finished
    assert case.told("entered") == ["s", "send", "forward", "forward", "receive", "e"]
    assert case.told("left") == ["s", "send", "forward", "forward", "receive", "e"]
    assert case.told("cancelled") == []


def test_tokens_count_whichever_flow_they_come_on():
    """An activity has an implied merge before it, so its quantity is not one for each flow."""
    drawn = model(
        start(),
        parallel("g"),
        user("a"),
        user("b"),
        user("c", startQuantity="2", completionQuantity="3"),
        user("d"),
        path("s", "g", "a", "c", "d"),
        path("g", "b", "c"),
    )
    case = Case(drawn).do("b").do("a")
    assert case.at == ["c"]
    assert case.do("c").at == ["d", "d", "d"]


def test_a_surplus_waits_for_the_next_start():
    drawn = model(
        start(), user("a", completionQuantity="5"), user("b", startQuantity="2"), path("s", "a", "b")
    )
    case = Case(drawn).do("a")
    assert case.at == ["b", "b"]
    case.do("b").do("b")
    assert case.faults == [("b", "stuck")]


def test_an_activity_that_waits_for_ever_says_so_and_can_be_helped_on():
    drawn = model(start(), user("a"), user("b", startQuantity="2"), end(), path("s", "a", "b", "e"))
    case = Case(drawn).do("a")
    assert case.faults == [("b", "stuck")]
    assert case.skip("b").at == ["b"]
    assert case.faults == []
    assert case.do("b").finished


def test_it_holds_for_all_instances_together_and_only_then_events_wait_at_the_activity():
    drawn = model(
        start(),
        user("a", completionQuantity="2"),
        user("b", each("=[1,2]"), startQuantity="2", completionQuantity="2"),
        user("c"),
        at_boundary("t", "b", timer("P1D")),
        path("s", "a", "b", "c"),
        path("t", "c"),
    )
    case = Case(drawn)
    assert case.at == ["a"]
    case.do("a")
    assert case.at == ["b", "b", "t"]
    case.do("b").do("b")
    assert case.at == ["c", "c"]


def test_conditions_choose_the_flows_and_the_quantity_counts_on_each():
    drawn = model(
        start(),
        user("a", completionQuantity="2"),
        user("x"),
        user("y"),
        user("z"),
        path("s", "a"),
        flow("a", "x", "=n > 1"),
        flow("a", "y", "=n > 2"),
        flow("a", "z", "=n > 3"),
    )
    assert Case(drawn, n=3).do("a").at == ["x", "x", "y", "y"]


@pytest.mark.parametrize("name", ["startQuantity", "completionQuantity"])
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "two", "1001", ""])
def test_what_is_no_quantity_is_refused(name, value):
    with pytest.raises(Refused) as refused:
        Case(model(start(), user("a", **{name: value}), path("s", "a")))
    (finding,) = refused.value.findings
    assert (finding.element, name in finding.reason, "10.3.1" in finding.reason) == ("a", True, True)


def test_a_circle_that_multiplies_its_tokens_is_stopped():
    """A hostile model must not take the machine's memory."""
    drawn = model(start(), node("task", "a", completionQuantity="1000"), path("s", "a", "a"))
    assert Case(drawn).faults == [("a", "endless")]


def test_an_event_gateway_wants_one_token():
    drawn = model(
        start(),
        node("eventBasedGateway", "g"),
        node("receiveTask", "r", messageRef="m1", startQuantity="2"),
        catch("t", timer("PT1H")),
        path("s", "g", "r"),
        path("g", "t", "e"),
        end(),
        declared=DECLARED,
    )
    with pytest.raises(Refused) as refused:
        Case(drawn)
    assert [finding.element for finding in refused.value.findings] == ["r"]

"""Scopes that begin and end without events: BPMN 2.0.2, 10.5.2, 10.5.3 and 13.3.4."""

import pytest

from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    called,
    each,
    end,
    flow,
    model,
    node,
    parallel,
    path,
    script,
    start,
    throw,
    user,
    xor,
)
from tests.unit.bpmn.driving import Case


def refusal(drawn):
    with pytest.raises(Refused) as refused:
        Case(drawn)
    return [(finding.element, finding.reason) for finding in refused.value.findings]


def test_without_a_start_event_all_begins_that_no_flow_leads_to():
    case = Case(
        model(
            user("a"),
            user("b"),
            parallel("g"),
            user("c"),
            user("d"),
            path("a", "g", "c"),
            path("b", "g", "d"),
        )
    )
    assert case.at == ["a", "b"]
    assert case.do("a").at == ["b"]
    assert case.do("b").at == ["c", "d"]
    assert case.do("c").do("d").finished
    assert case.told("entered") == ["a", "b", "g", "c", "d"]


def test_a_gateway_may_be_what_begins():
    assert Case(model(parallel("g"), user("a"), user("b"), path("g", "a"), path("g", "b"))).at == ["a", "b"]


def test_a_subprocess_without_start_event_begins_with_all_of_it_and_ends_when_all_of_it_has():
    inside = user("x") + user("y") + user("z") + path("y", "z")
    case = Case(model(start(), node("subProcess", "sub", inside), user("after"), path("s", "sub", "after")))
    assert case.at == ["x", "y"]
    assert case.do("x").do("y").at == ["z"]
    assert case.do("z").at == ["after"]


def test_each_instance_of_such_a_subprocess_begins_by_itself():
    inside = user("x") + user("y")
    case = Case(model(start(), node("subProcess", "sub", inside, each("=[1,2]")), path("s", "sub")))
    assert case.at == ["x", "x", "y", "y"]


def test_a_called_process_may_begin_so_too():
    inner = model(user("x"), user("y"), process_id="called")
    case = Case(model(start(), node("callActivity", "c", zeebe=called("called")), path("s", "c")), inner)
    assert case.at == ["x", "y"]
    assert case.do("x").do("y").finished


def test_event_subprocesses_are_not_among_what_begins():
    handler = node(
        "startEvent",
        "hs",
        "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>",
        isInterrupting="false",
    )
    handler += user("h") + path("hs", "h")
    case = Case(model(user("a"), node("subProcess", "sub", handler, triggeredByEvent="true")))
    assert case.at == ["a", "hs"]
    assert case.fire("hs").at == ["a", "h"]


def test_an_end_event_wants_a_start_event():
    assert refusal(model(user("a"), end(), path("a", "e"))) == [
        ("p", "Expected a start event, as there is an end event, but there is none. (BPMN 2.0.2, 10.5.2)")
    ]


@pytest.mark.parametrize("parts", ["", user("a") + user("b") + path("a", "b", "a")])
def test_something_has_to_begin(parts):
    ((element, reason),) = refusal(model(parts))
    assert (element, "nothing else to begin with" in reason) == ("p", True)


def test_a_process_is_over_when_every_way_has_ended_with_an_end_event_or_without():
    drawn = model(
        start(),
        user("a"),
        user("b"),
        user("c"),
        end(),
        path("s", "a", "e"),
        path("s", "b"),
        path("s", "c", "e"),
    )
    case = Case(drawn).do("b").do("c")
    assert not case.finished
    assert case.do("a").finished
    assert case.told("left") == ["s", "b", "c", "e", "a", "e"]


def test_each_token_that_comes_to_an_activity_starts_it():
    drawn = model(start(), user("a"), user("b"), user("c"), path("s", "a", "c"), path("s", "b", "c"))
    case = Case(drawn).do("a")
    assert case.at == ["b", "c"]
    assert case.do("b").at == ["c", "c"]


def test_conditional_flows_and_a_default_leave_an_activity():
    """8.4.13: the default is taken only if no condition holds; flows without condition always are."""
    drawn = model(
        start(),
        user("a", default="d"),
        user("big"),
        user("odd"),
        user("plain"),
        user("always"),
        path("s", "a"),
        flow("a", "big", "=n > 10"),
        flow("a", "odd", "=odd(n)"),
        flow("a", "plain", flow_id="d"),
        flow("a", "always"),
    )
    assert Case(drawn, n=11).do("a").at == ["always", "big", "odd"]
    assert Case(drawn, n=2).do("a").at == ["always", "plain"]


def test_a_gateway_may_join_and_split_at_once():
    """gatewayDirection Mixed, 10.6.1."""
    drawn = model(
        start(),
        parallel("first"),
        node("parallelGateway", "mixed", gatewayDirection="Mixed"),
        *(user(name) for name in "abcd"),
        path("s", "first", "a", "mixed", "c"),
        path("first", "b", "mixed", "d"),
    )
    case = Case(drawn).do("a")
    assert case.at == ["b"]
    assert case.do("b").at == ["c", "d"]


def test_an_exclusive_gateway_passes_every_token():
    drawn = model(
        start(),
        parallel("g"),
        user("a"),
        user("b"),
        xor("x"),
        user("c"),
        path("s", "g", "a", "x", "c"),
        path("g", "b", "x"),
    )
    assert Case(drawn).do("a").do("b").at == ["c", "c"]


def test_an_intermediate_event_does_not_end_a_way():
    """10.5.4: flows lead to it and away from it."""
    assert refusal(model(start(), throw("t"), path("s", "t")))[0][0] == "t"


def test_what_no_flow_leads_to_beside_a_start_event_is_refused():
    assert refusal(model(start(), user("a"), user("b"), path("s", "a")))[0][0] == "b"


def test_a_task_alone_is_a_process():
    case = Case(model(node("scriptTask", "only", zeebe=script("=1 + 1", "n"))))
    assert case.finished
    assert case.variables["n"] == 2

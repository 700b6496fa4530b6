"""The complex gateway: BPMN 2.0.2, 10.6.5 and 13.4.5."""

import pytest

from cpm.bpmn import Completed, Skipped
from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    TERMINATE,
    each,
    end,
    flow,
    inclusive,
    model,
    node,
    parallel,
    path,
    start,
    timer,
    user,
    xor,
)
from tests.unit.bpmn.driving import Case


def gateway(node_id, condition=None, **attributes):
    inside = f"<bpmn:activationCondition>{condition}</bpmn:activationCondition>" if condition else ""
    return node("complexGateway", node_id, inside, **attributes)


def joined(condition, *behind, **attributes):
    """Three branches that meet in the gateway `g`."""
    return model(
        start(),
        parallel("f"),
        *(user(name) for name in "abc"),
        gateway("g", condition, **attributes),
        path("s", "f"),
        *(flow("f", name) + flow(name, "g", flow_id=f"from_{name}") for name in "abc"),
        *behind,
    )


AFTER = (user("after"), path("g", "after"))


def test_two_of_three_start_it_and_the_third_resets_it_without_a_token():
    case = Case(joined("=activationCount &gt;= 2", *AFTER)).do("c")
    assert case.at == ["a", "b"]
    assert case.do("a").at == ["after", "b"]
    assert case.do("after").at == ["b"]
    assert case.do("b").finished
    assert case.told("entered").count("after") == 1


def test_after_the_reset_it_starts_anew():
    """A partial join in a loop (workflow pattern 30)."""
    drawn = model(
        start(),
        xor("again"),
        parallel("f"),
        user("a"),
        user("b"),
        gateway("g", "=activationCount &gt;= 1"),
        user("after"),
        xor("more", default="d"),
        end(),
        path("s", "again", "f", "a", "g", "after", "more"),
        path("f", "b", "g"),
        flow("more", "again", "=again"),
        flow("more", "e", flow_id="d"),
    )
    case = Case(drawn, again=True)
    for _ in range(5):
        assert case.at == ["a", "b"]
        case.do("b").do("a")
        assert case.at == ["after"]
        size = len(case.step.state)
        case.do("after")
    assert case.at == ["a", "b"]
    assert size < 200


def test_a_surplus_waits_while_it_is_not_reset():
    """What comes a second time on a flow that was consumed belongs to the next round."""
    drawn = model(
        start(),
        parallel("f"),
        user("a", completionQuantity="2"),
        user("b"),
        gateway("g", "=activationCount &gt;= 1"),
        user("after"),
        path("s", "f", "a", "g", "after"),
        path("f", "b", "g"),
    )
    case = Case(drawn).do("a")
    assert case.at == ["after", "b"]
    assert case.do("b").at == ["after", "after"]
    assert case.do("after").do("after").finished


def test_the_condition_may_ask_for_the_tokens_on_a_flow_and_for_data():
    condition = "=(from_a &gt;= 1 and from_b &gt;= 1) or (urgent and activationCount &gt;= 1)"
    calm = Case(joined(condition, *AFTER), urgent=False).do("c").do("a")
    assert calm.at == ["b"]
    assert calm.do("b").at == ["after"]
    assert Case(joined(condition, *AFTER), urgent=True).do("c").at == ["a", "after", "b"]


def test_the_conditions_behind_it_may_ask_for_the_phase():
    behind = (
        user("now"),
        user("late"),
        flow("g", "now", "=waitingForStart"),
        flow("g", "late", "=not(waitingForStart)"),
    )
    case = Case(joined("=activationCount &gt;= 1", *behind)).do("a")
    assert case.at == ["b", "c", "now"]
    assert case.do("b").at == ["c", "now"]
    assert case.do("c").at == ["late", "now"]


def test_it_resets_when_the_others_are_no_longer_expected():
    """As an inclusive gateway: a branch that went another way is not waited for."""
    drawn = model(
        start(),
        inclusive("f"),
        user("a"),
        user("b"),
        gateway("g", "=activationCount &gt;= 1"),
        user("now"),
        user("late"),
        path("s", "f"),
        flow("f", "a", "=true"),
        flow("f", "b", "=both"),
        path("a", "g"),
        path("b", "g"),
        flow("g", "now", "=waitingForStart"),
        flow("g", "late", "=not(waitingForStart)"),
    )
    assert Case(drawn, both=False).do("a").at == ["late", "now"]
    assert Case(drawn, both=True).do("a").at == ["b", "now"]


def test_the_reset_comes_before_the_end_of_the_process():
    drawn = model(
        start(),
        inclusive("f"),
        node("task", "a"),
        user("b"),
        gateway("g", "=activationCount &gt;= 1", default="d"),
        end("e1"),
        user("late"),
        path("s", "f"),
        flow("f", "a", "=true"),
        flow("f", "b", "=false"),
        path("a", "g"),
        path("b", "g"),
        flow("g", "e1", "=waitingForStart"),
        flow("g", "late", flow_id="d"),
    )
    assert Case(drawn).at == ["late"]


def test_where_all_are_needed_there_is_nothing_to_reset():
    case = (
        Case(joined("=activationCount &gt;= 3", user("x"), flow("g", "x", "=true"))).do("a").do("b").do("c")
    )
    assert case.at == ["x"]
    assert case.do("x").finished


def test_with_one_flow_in_it_chooses_flows_as_an_inclusive_gateway():
    drawn = model(
        start(),
        gateway("g", default="d"),
        user("a"),
        user("b"),
        user("c"),
        path("s", "g"),
        flow("g", "a", "=n > 1"),
        flow("g", "b", "=n > 2"),
        flow("g", "c", flow_id="d"),
    )
    assert Case(drawn, n=3).at == ["a", "b"]
    assert Case(drawn, n=1).at == ["c"]


def test_no_way_out_at_the_start_is_a_fault_that_can_be_put_right():
    case = (
        Case(
            joined("=activationCount &gt;= 2", user("x"), flow("g", "x", "=go and waitingForStart")), go=False
        )
        .do("a")
        .do("b")
    )
    assert case.faults == [("g", "no_flow")]
    assert case.retry("g", go=True).at == ["c", "x"]
    assert case.do("c").do("x").finished


def test_a_condition_that_is_neither_true_nor_false_is_a_fault_of_the_token_that_came():
    case = Case(joined("=missing", *AFTER)).do("a")
    assert case.faults == [("g", "not_a_boolean")]
    assert case.retry("g", missing=False).at == ["b", "c"]


def test_a_condition_that_never_holds_is_told_as_stuck():
    """13.4.5: the tokens would wait for ever."""
    case = Case(joined("=activationCount &gt;= 4", *AFTER)).do("a").do("b").do("c")
    assert case.faults == [("g", "stuck")]
    assert case.skip("g").at == ["after"]
    assert case.do("after").finished


def test_several_flows_in_need_a_condition():
    with pytest.raises(Refused) as refused:
        Case(joined(None, *AFTER))
    (finding,) = refused.value.findings
    assert (finding.element, "10.6.5" in finding.reason) == ("g", True)


def test_each_instance_of_a_subprocess_has_a_gateway_of_its_own():
    inside = (
        start("is")
        + parallel("f")
        + user("a")
        + user("b")
        + gateway("g", "=activationCount &gt;= 1")
        + user("after")
        + path("is", "f", "a", "g", "after")
        + path("f", "b", "g")
    )
    case = Case(model(start(), node("subProcess", "sub", inside, each("=[1,2]")), path("s", "sub")))
    case.do("a")
    assert case.at == ["a", "after", "b", "b"]
    case.do("b")
    assert case.at == ["a", "after", "b"]
    case.do("b")
    assert case.at == ["a", "after", "after"]
    case.do("a").do("after").do("after")
    assert case.finished


LATE = (
    user("now"),
    user("late"),
    flow("g", "now", "=waitingForStart"),
    flow("g", "late", "=not(waitingForStart)"),
)


def test_what_was_terminated_is_not_reset():
    case = (
        Case(joined("=activationCount &gt;= 1", *LATE, end("t", TERMINATE), path("now", "t")))
        .do("a")
        .do("now")
    )
    assert case.finished
    assert "late" not in case.told("entered")


def test_what_an_event_subprocess_interrupted_is_not_reset():
    handler = start("hs", timer("PT1H"), isInterrupting="true") + user("h") + path("hs", "h")
    drawn = joined(
        "=activationCount &gt;= 1", *LATE, node("subProcess", "sub", handler, triggeredByEvent="true")
    )
    case = Case(drawn).do("a").fire("hs")
    assert case.at == ["h"]
    assert case.do("h").finished


@pytest.mark.parametrize("help_on", [Completed, Skipped])
def test_started_by_a_person_it_waits_for_the_others_as_if_its_condition_had_held(help_on):
    condition = "<bpmn:activationCondition>=if wrong then 3 else true</bpmn:activationCondition>"
    text = model(
        start(), parallel("f"), user("a"), user("b"), node("complexGateway", "g", condition), user("z"),
        path("s", "f", "a", "g"), path("f", "b", "g", "z"),
    )  # fmt: skip
    case = Case(text, wrong=True).do("a")
    assert case.tell(help_on(case.step.faults[0].node)).at == ["b", "z"]
    assert case.do("b").at == ["z"]
    assert case.do("z").finished

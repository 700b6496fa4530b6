"""Events that instances throw as they complete, for their activity's boundary: BPMN 2.0.2, 10.3.8 and 13.3.7."""

import pytest

from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    DECLARED,
    boundary,
    catch,
    escalation,
    model,
    node,
    path,
    signal,
    start,
    user,
)
from tests.unit.bpmn.driving import Case

THROWN = '<bpmn:signalEventDefinition id="thrown" signalRef="si1"/><bpmn:escalationEventDefinition id="raised" escalationRef="es1"/>'
THROWN += '<bpmn:escalationEventDefinition id="any"/><bpmn:errorEventDefinition id="failed" errorRef="er1"/>'


def three(behavior, *inside, sequential=True, **attributes):
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" behavior="{behavior}"{more}>'
        f"<bpmn:loopCardinality>3</bpmn:loopCardinality>{''.join(inside)}</bpmn:multiInstanceLoopCharacteristics>"
    )


def when(condition, definition=""):
    event = f"<bpmn:event>{definition}</bpmn:event>" if definition else ""
    return f"<bpmn:complexBehaviorDefinition><bpmn:condition>{condition}</bpmn:condition>{event}</bpmn:complexBehaviorDefinition>"


def drawn(loop, *more, event=signal(), host="userTask", inside="", **attributes):  # noqa: B008 it is text
    work = user("work", loop) if host == "userTask" else node(host, "work", inside, loop)
    heard = node("boundaryEvent", "heard", event, attachedToRef="work", **attributes)
    flows = path("s", "work", "after"), path("heard", "noted")
    return model(
        start(), work, heard, user("after"), user("noted"), *more, *flows, declared=DECLARED + THROWN
    )


def finish(case):
    """Do all the work, and tell what there was to do after each."""
    seen = []
    while "work" in case.at:
        case.do("work")
        seen.append([name for name in case.at if name != "heard"])
    return seen


NONE = three("None", noneBehaviorEventRef="thrown")


def test_none_throws_with_every_instance_and_does_not_end_the_activity():
    case = Case(drawn(NONE))
    assert finish(case) == [
        ["noted", "work"],
        ["noted", "noted", "work"],
        ["after", "noted", "noted", "noted"],
    ]
    assert [name for name in case.told("entered") if name != "noted"] == [
        *("s", "work", "heard", "work", "heard", "work", "heard", "after")
    ]
    assert case.told("signalled") == ["work"] * 3
    assert case.told("heard") == ["heard"] * 3
    assert case.told("cancelled") == []


def test_it_is_the_same_with_instances_at_once():
    case = Case(drawn(three("None", sequential=False, noneBehaviorEventRef="thrown")))
    assert finish(case)[-1] == ["after", "noted", "noted", "noted"]


def test_one_throws_with_the_first_instance_only():
    case = Case(drawn(three("One", sequential=False, oneBehaviorEventRef="thrown")))
    assert finish(case) == [["noted", "work", "work"], ["noted", "work"], ["after", "noted"]]


def test_all_throws_nothing():
    assert finish(Case(drawn(three("All")))) == [["work"], ["work"], ["after"]]


def test_complex_asks_its_conditions_and_then_the_rest_is_cancelled():
    """Table 10.31: when the condition holds, the remaining instances are cancelled and a token goes on."""
    loop = three("Complex", when("=numberOfCompletedInstances = 2", signal()), sequential=False)
    case = Case(drawn(loop))
    assert finish(case) == [["work", "work"], ["after", "noted"]]
    assert case.told("cancelled") == ["work"]
    assert finish(Case(drawn(three("Complex", when("=true", signal()))))) == [["after", "noted"]]


def test_several_conditions_are_all_asked_and_need_no_event():
    loop = three("Complex", when("=false"), when("=loopCounter = 2"), when("=loopCounter = 2", signal()))
    assert finish(Case(drawn(loop))) == [["work"], ["after", "noted"]]
    assert finish(Case(drawn(three("Complex", when("=loopCounter = 1"))))) == [["after"]]


def test_escalations_are_caught_at_the_activity_too():
    case = Case(drawn(three("None", noneBehaviorEventRef="raised"), event=escalation("es1")))
    assert finish(case)[0] == ["noted", "work"]
    assert case.told("escalated") == ["heard"] * 3


def test_an_escalation_that_nobody_catches_is_told():
    case = Case(drawn(three("One", oneBehaviorEventRef="raised"))).do("work")
    assert [(raised.element, raised.code) for raised in case.step.escalations] == [("work", "S1")]


def test_a_signal_reaches_all_that_wait_for_it_as_signals_do():
    more = catch("c", signal()), user("beside"), path("s", "c", "beside")
    case = Case(drawn(three("One", oneBehaviorEventRef="thrown"), *more)).do("work")
    assert case.at == ["beside", "heard", "noted", "work"]
    assert [thrown.name for thrown in case.step.signals] == ["alarm"]


def test_who_hears_it_may_end_the_activity():
    """A boundary of what is around it interrupts as drawn."""
    inside = start("is") + user("work", three("One", oneBehaviorEventRef="thrown")) + path("is", "work")
    sub = model(
        start(),
        node("subProcess", "sub", inside),
        boundary("stop", "sub", signal()),
        user("stopped"),
        path("s", "sub"),
        path("stop", "stopped"),
        declared=DECLARED + THROWN,
    )
    case = Case(sub).do("work")
    assert case.at == ["stopped"]
    assert case.told("left") == ["s", "is", "work", "stop"]


def test_instances_of_a_subprocess_throw_too():
    inside = start("is") + user("step") + path("is", "step")
    case = Case(drawn(NONE, host="subProcess", inside=inside)).do("step")
    assert case.at == ["heard", "noted", "step"]


def test_without_a_reference_nothing_can_catch_what_is_thrown():
    """A default signal has no name."""
    assert finish(Case(drawn(three("None")))) == [["work"], ["work"], ["after"]]


def test_a_condition_that_is_neither_true_nor_false_is_a_fault_of_the_instance():
    case = Case(drawn(three("Complex", when("=missing", signal())))).do("work")
    assert case.faults == [("work", "not_a_boolean")]
    assert case.retry("work", missing=True).at == ["after", "noted"]


REFUSED = [
    (three("Some"), {}, "it is 'Some'"),
    (three("None", noneBehaviorEventRef="x"), {}, "'x' is none"),
    (three("None", noneBehaviorEventRef="failed"), {}, "another event (error)"),
    (three("None", noneBehaviorEventRef="any"), {}, "another event (escalation)"),
    (three("One", noneBehaviorEventRef="thrown"), {}, "only with the behavior None"),
    (three("Complex"), {}, "together"),
    (three("All", when("=true")), {}, "together"),
    (three("Complex", when("")), {}, "with a condition"),
    (NONE, {"cancelActivity": "true"}, "not to interrupt"),
]  # fmt: skip


@pytest.mark.parametrize(("loop", "attributes", "reason"), REFUSED)
def test_what_makes_no_behavior_is_refused(loop, attributes, reason):
    with pytest.raises(Refused) as refused:
        Case(drawn(loop, **attributes))
    assert any(reason in finding.reason and "10.3.8" in finding.reason for finding in refused.value.findings)

"""Call activities: BPMN 2.0.2, 10.3.6, with the mappings and propagation of Camunda 8."""

import pytest

from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    DECLARED,
    TERMINATE,
    boundary,
    called,
    decision,
    each,
    end,
    error,
    escalation,
    mapping,
    message,
    model,
    node,
    path,
    script,
    start,
    throw,
    timer,
    user,
)
from tests.unit.bpmn.driving import Case


def caller(*parts, declared="", **attributes):
    """A process that calls, and then has a task to do."""
    call = node("callActivity", "call", *parts, **attributes)
    return model(start(), call, user("after"), path("s", "call", "after"), declared=declared)


def refusals(*drawn):
    with pytest.raises(Refused) as refused:
        Case(*drawn)
    return [(finding.element, finding.reason) for finding in refused.value.findings]


CALLED = model(start(), user("x"), path("s", "x"), process_id="called", declared=DECLARED)


def test_bpmn_names_what_is_called_by_an_attribute():
    case = Case(caller(calledElement="called"), CALLED)
    assert case.at == ["x"]
    assert case.do("x", n=1).at == ["after"]
    assert case.variables["n"] == 1
    told = [(entry.element, entry.detail) for entry in case.trace if entry.what in {"called", "returned"}]
    assert told == [("call", "called")] * 2


def test_the_attribute_is_a_qualified_name():
    assert Case(caller(calledElement="t:called"), CALLED).at == ["x"]


def test_two_different_called_elements_are_refused():
    ((element, reason),) = refusals(
        caller(zeebe=called("other"), calledElement="called"), CALLED, CALLED.replace(b'"called"', b'"other"')
    )
    assert (element, "one called element" in reason) == ("call", True)


GLOBAL = {
    "globalUserTask": ("<zeebe:userTask/>", ["g"]),
    "globalManualTask": ("", ["after"]),
    "globalTask": ("", ["after"]),
    "globalScriptTask": (script("=1 + 1", "n"), ["after"]),
    "globalBusinessRuleTask": (decision("d", "n"), ["after"]),
}


@pytest.mark.parametrize("kind", GLOBAL)
def test_global_tasks_are_called_as_processes_are(kind):
    """10.3.7: a global task is one that several call."""
    zeebe, at = GLOBAL[kind]
    case = Case(caller(declared=node(kind, "g", zeebe=zeebe), calledElement="g"))
    assert case.at == at
    assert case.told("entered")[:3] == ["s", "call", "g"]
    if at == ["g"]:
        case.do("g", n=3)
    assert case.told("left")[:3] == ["s", "g", "call"]
    assert ("n" in case.variables) == (kind not in {"globalTask", "globalManualTask"})


def test_a_global_task_may_be_called_twice_and_sees_what_it_is_given():
    task = node("globalScriptTask", "g", zeebe=script("=a + 1", "a"))
    one = node("callActivity", "one", zeebe=mapping({"a": "=b"}, {"b": "=a"}), calledElement="g")
    two = node(
        "callActivity",
        "two",
        each("=[1,2]", output=("all", "=a")),
        zeebe=mapping({"a": "=item"}, {"a": "=a"}),
        calledElement="g",
    )
    case = Case(model(start(), one, two, path("s", "one", "two"), declared=task), b=1)
    assert case.finished
    assert case.variables == {"b": 2, "all": [2, 3], "a": 3}


def test_what_a_global_task_lacks_is_refused_by_its_name():
    ((element, reason),) = refusals(caller(declared=node("globalScriptTask", "g"), calledElement="g"))
    assert (element, "zeebe:script" in reason) == ("g", True)


def test_a_call_without_anything_called_is_refused():
    assert refusals(caller())[0][0] == "call"


def test_what_starts_with_a_trigger_only_cannot_be_called():
    """10.5.2: a call is no trigger."""
    by_message = model(
        start("s", message()), user("x"), path("s", "x"), process_id="called", declared=DECLARED
    )
    ((element, reason),) = refusals(caller(calledElement="called"), by_message)
    assert (element, "without a trigger" in reason) == ("call", True)


def test_a_call_may_be_repeated_and_done_for_each_item():
    again = "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>=n &lt; 3</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    case = Case(caller(again, calledElement="called"), CALLED, n=0)
    for n in (1, 2, 3):
        assert case.at == ["x"]
        case.do("x", n=n)
    assert case.at == ["after"]
    case = Case(caller(each("=[1,2]"), calledElement="called"), CALLED)
    assert case.at == ["x", "x"]
    assert case.do("x").do("x").at == ["after"]


def test_an_interrupting_boundary_ends_the_called_process():
    call = node("callActivity", "call", calledElement="called")
    drawn = model(
        start(),
        call,
        boundary("late", "call", timer("PT1H")),
        user("instead"),
        path("s", "call"),
        path("late", "instead"),
    )
    case = Case(drawn, CALLED).fire("late")
    assert case.at == ["instead"]
    assert case.told("cancelled") == ["x", "call"]


def test_errors_and_escalations_leave_the_called_process():
    inside = model(
        start(),
        throw("look", escalation("es1")),
        user("x"),
        end("bad", error("er1")),
        path("s", "look", "x", "bad"),
        process_id="called",
        declared=DECLARED,
    )
    drawn = model(
        start(),
        node("callActivity", "call", calledElement="called"),
        boundary("noted", "call", escalation("es1"), interrupting=False),
        boundary("failed", "call", error("er1")),
        user("note"),
        user("instead"),
        path("s", "call"),
        path("noted", "note"),
        path("failed", "instead"),
        declared=DECLARED,
    )
    case = Case(drawn, inside)
    assert case.at == ["note", "x"]
    assert case.do("x").at == ["instead", "note"]
    assert case.told("left") == ["s", "s", "look", "noted", "x", "bad", "failed"]
    assert case.told("cancelled") == ["call"]


def test_terminate_ends_the_called_process_only():
    inside = model(
        start(),
        user("x"),
        user("y"),
        end("t", TERMINATE),
        path("s", "x", "t"),
        path("s", "y"),
        process_id="called",
    )
    case = Case(caller(calledElement="called"), inside).do("x")
    assert case.at == ["after"]
    assert case.told("cancelled") == ["y"]


def test_the_called_process_has_event_subprocesses_of_its_own():
    handler = node("startEvent", "hs", timer("PT1H"), isInterrupting="true") + user("h") + path("hs", "h")
    inside = model(
        start(),
        user("x"),
        path("s", "x"),
        node("subProcess", "sub", handler, triggeredByEvent="true"),
        process_id="called",
    )
    case = Case(caller(calledElement="called"), inside)
    assert case.at == ["hs", "x"]
    assert case.fire("hs").at == ["h"]
    assert case.do("h").at == ["after"]


def test_nothing_is_propagated_where_the_model_says_so():
    zeebe = called("called", propagateAllParentVariables="false", propagateAllChildVariables="false")
    inside = model(start(), user("x"), path("s", "x"), process_id="called")
    case = Case(caller(zeebe=zeebe + mapping({"given": "=kept"})), inside, kept=1)
    (task,) = case.step.tasks
    assert task.visible == {"given": 1}
    assert case.do("x", made=2).variables == {"kept": 1}


def test_a_process_that_calls_itself_for_ever_is_stopped():
    drawn = model(start(), node("callActivity", "call", calledElement="p"), path("s", "call"))
    assert Case(drawn).faults == [("call", "too_deep")]

"""Running cases go on with another version of their process: tokens keep their numbers and what they have settled."""

from datetime import timedelta

import pytest

from cpm.bpmn import Plan, prepare, problems, propose
from tests.unit.bpmn.drawing import (
    DECLARED,
    boundary,
    catch,
    end,
    flow,
    job,
    mapping,
    model,
    node,
    parallel,
    path,
    service,
    start,
    timer,
    user,
)
from tests.unit.bpmn.driving import NOW, Case
from tests.unit.bpmn.migrated import obstacles, take

LINE = model(start(), user("a"), user("b"), end(), path("s", "a", "b", "e"))


def subprocess(name, *inside, **attributes):
    return node("subProcess", name, *inside, **attributes)


def test_a_case_goes_on_where_it_stands():
    """What stands at a task outside finds it by its number."""
    case = Case(LINE)
    before = case.step
    take(case, model(start(), user("a"), user("new"), user("b"), end(), path("s", "a", "new", "b", "e")))
    assert case.step.state == before.state
    assert case.node("a") == before.tasks[0].node
    case.do("a")
    assert case.at == ["new"]
    assert case.do("new").do("b").finished


def test_an_element_is_mapped_to_one_with_another_id():
    case = Case(LINE)
    node_before = case.node("a")
    take(case, model(start(), user("x"), user("b"), path("s", "x", "b")), also={"a": "x"})
    assert case.at == ["x"]
    assert case.node("x") == node_before
    assert case.do("x").at == ["b"]


def test_a_token_that_has_no_place_is_refused():
    """A process must never lose what somebody waits for."""
    case = Case(LINE)
    before = case.step
    ((element, why),) = obstacles(case, model(start(), user("b"), path("s", "b")))
    assert element == "a"
    assert "map it to an element" in why
    assert case.step is before


def test_timers_keep_their_due_time():
    """A deadline promised to a customer is not put off because the process was redrawn."""
    waits = model(start(), catch("c", timer("PT1H")), user("a"), path("s", "c", "a"))
    case = Case(waits)
    case.now = NOW + timedelta(minutes=40)
    take(case, model(start(), catch("c", timer("PT5H")), user("a"), path("s", "c", "a")))
    assert case.step.timers[0].due == NOW + timedelta(hours=1)


def _with_reminders(*reminders):
    return model(
        start(), user("a"), end(), path("s", "a", "e"),
        *[boundary(name, "a", timer("PT1H"), interrupting=False) + end(f"e{name}") + path(name, f"e{name}") for name in reminders],
    )  # fmt: skip


def test_boundary_events_stay_come_and_go():
    case = Case(_with_reminders("kept", "gone"))
    kept = case.node("kept")
    case.now = NOW + timedelta(minutes=40)
    new = prepare({"new.bpmn": _with_reminders("kept", "new")})
    take(case, new, Plan({name: name for name in ("s", "a", "e", "kept")}))
    assert case.at == ["a", "kept", "new"]
    assert case.node("kept") == kept
    assert {each.element: each.due for each in case.step.timers} == {
        "kept": NOW + timedelta(hours=1),
        "new": NOW + timedelta(hours=1, minutes=40),
    }


def test_a_boundary_event_that_has_happened_does_not_wait_again():
    case = Case(_with_reminders("once"))
    case.fire("once")
    assert case.at == ["a"]
    take(case, _with_reminders("once"))
    assert case.at == ["a"]


def test_what_runs_comes_into_a_new_subprocess():
    case = Case(LINE, n=1)
    a = case.node("a")
    inner = subprocess("sub", start("s1"), user("a"), path("s1", "a"), zeebe=mapping({"x": "=n + 1"}))
    text = model(
        start(), inner, boundary("late", "sub", timer("PT1H")), user("b"), end("e2"),
        path("s", "sub", "b"), path("late", "e2"),
    )  # fmt: skip
    take(case, text)
    assert case.at == ["a", "late"]
    assert case.node("a") == a
    assert case.told("entered")[-1] == "sub"
    assert case.step.tasks[0].visible["x"] == 2
    case.do("a")
    assert case.at == ["b"]


def test_what_runs_comes_out_of_a_subprocess_that_is_no_more():
    inner = subprocess("sub", start("s1"), user("a"), path("s1", "a"), zeebe=mapping({"x": "=1"}))
    case = Case(model(start(), inner, user("b"), path("s", "sub", "b")))
    a = case.node("a")
    take(case, LINE)
    assert case.at == ["a"]
    assert case.node("a") == a
    assert case.variables == {"x": 1}
    assert case.do("a").do("b").finished


def test_there_and_back_again_is_where_it_was():
    inner = subprocess("sub", start("s1"), user("a"), path("s1", "a"))
    wrapped = prepare({"w.bpmn": model(start(), inner, user("b"), path("s", "sub", "b"))})
    case = Case(LINE)
    before = case.step
    take(case, wrapped)
    take(case, prepare({"l.bpmn": LINE}))
    assert [each.node for each in case.step.tasks] == [each.node for each in before.tasks]
    assert case.step.scopes == before.scopes


def test_a_token_at_a_join_keeps_the_flow_it_came_on():
    def forked(*more):
        return model(
            start(), parallel("f"), parallel("j"), user("a"), user("b"), user("c"), *more,
            path("s", "f", "a"), path("f", "b"), flow("a", "j", flow_id="fa"), path("j", "c"),
        )  # fmt: skip

    case = Case(forked(flow("b", "j", flow_id="fb")))
    case.do("b")
    take(case, forked(user("d"), flow("b", "d", flow_id="fb"), flow("d", "j", flow_id="fd")))
    assert case.at == ["a"]
    assert case.do("a").at == ["c"]


def _assigned(expression):
    assignment = f"<zeebe:assignmentDefinition assignee='{expression}'/>"
    return model(start(), user("a", zeebe=assignment), path("s", "a"))


def test_a_fault_stays_one_until_it_is_tried_again_on_the_new_version():
    """The usual reason to migrate: the new version has it right."""
    case = Case(_assigned("=1"))
    assert case.faults == [("a", "not_a_text")]
    before = case.node("a")
    take(case, _assigned('="ada"'))
    assert case.faults == [("a", "not_a_text")]
    case.retry("a")
    assert case.step.tasks[0].assignee == "ada"
    assert case.node("a") == before


def test_what_has_failed_may_be_tried_again_as_something_else():
    """A machine cannot do it, so the new version has a person do it."""
    by_hand = model(start(), user("a"), path("s", "a"))
    case = Case(model(start(), node("serviceTask", "a", zeebe=job("=1")), path("s", "a")))
    assert case.faults == [("a", "not_a_text")]
    (doubt,) = propose(case.program, prepare({"h.bpmn": by_hand})).doubts
    assert "Only what has failed there can go on" in doubt.reason.english
    take(case, by_hand).retry("a")
    assert [task.element for task in case.step.tasks] == ["a"]
    ((element, why),) = obstacles(Case(model(start(), service("a"), path("s", "a"))), by_hand)
    assert element == "a"
    assert "same kind" in why


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (subprocess("a", start("s1"), user("x"), path("s1", "x")), "same kind"),
        (user("a", '<bpmn:standardLoopCharacteristics loopMaximum="3"/>'), "repeated in the same way"),
    ],
)
def test_a_mapping_that_cannot_be_is_told_before_anything_is_migrated(target, says):
    old = prepare({"old.bpmn": LINE})
    new = prepare({"new.bpmn": model(start(), target, end(), path("s", "a", "e"), declared=DECLARED)})
    (reason,) = problems(old, new, Plan({"a": "a"}))
    assert says in reason.english
    assert "a" not in propose(old, new).elements


def test_an_element_that_is_not_there_is_told():
    old = prepare({"old.bpmn": LINE})
    said = [reason.english for reason in problems(old, old, Plan({"a": "z", "y": "b"}))]
    assert ["'z' in the new" in said[0], "'y' in the old" in said[1]] == [True, True]


def test_an_empty_plan_refuses_everything_that_runs():
    assert [each for each, _ in obstacles(Case(LINE), LINE, Plan({}))] == ["a"]

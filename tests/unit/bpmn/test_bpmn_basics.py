"""Tasks, gateways, mappings: the everyday constructs."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import pytest

from cpm.bpmn import Decided, prepare
from tests.unit.bpmn.drawing import (
    boundary,
    decision,
    end,
    flow,
    inclusive,
    mapping,
    model,
    node,
    parallel,
    path,
    script,
    service,
    start,
    timer,
    user,
    xor,
)
from tests.unit.bpmn.driving import Case


def test_a_case_goes_from_task_to_task_and_ends():
    """BPMN 2.0.2, 10.5.2 and 10.5.3: from the start event until no token is left."""
    case = Case(model(start(), user("a"), service("b"), end(), path("s", "a", "b", "e")))
    assert case.at == ["a"]
    assert case.do("a", x=1).at == ["b"]
    assert case.do("b").at == []
    assert case.finished
    assert case.variables == {"x": Decimal(1)}
    assert case.told("entered") == case.told("left") == ["s", "a", "b", "e"]


def test_a_user_task_says_who_should_do_it_until_when():
    """BPMN 2.0.2, 10.3.4: who does it is the model's to say, and the caller's to hand out."""
    zeebe = (
        '<zeebe:formDefinition formId="f1"/><zeebe:assignmentDefinition assignee="=boss" candidateGroups="sales, post"/>'
        '<zeebe:taskSchedule dueDate="=until" followUpDate="2030-01-05T00:00:00+01:00"/>'
        '<zeebe:priorityDefinition priority="70"/>'
        '<zeebe:properties><zeebe:property name="cpm:stage" value="facts"/></zeebe:properties>'
    )
    lanes = '<bpmn:laneSet id="ls"><bpmn:lane id="l" name="Service"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    until = datetime(2030, 2, 1, 12, tzinfo=UTC)
    case = Case(
        model(lanes, start(), user("a", zeebe=zeebe), end(), path("s", "a", "e")), boss="ann", until=until
    )
    (task,) = case.step.tasks
    assert (task.form_id, task.assignee, task.groups, task.users) == ("f1", "ann", ("sales", "post"), ())
    assert (task.due, task.follow_up, task.priority) == (until, datetime(2030, 1, 4, 23, tzinfo=UTC), 70)
    assert (task.properties, task.lane, task.process, task.name) == (
        {"cpm:stage": "facts"},
        "Service",
        "p",
        "a",
    )
    assert case.program.elements["a"].lane == "Service"
    assert case.program.forms == {"f1"}


def test_a_job_sees_its_inputs_and_gives_its_outputs():
    """BPMN 2.0.2, 10.3.3 (service task), with the mappings of Camunda 8."""
    zeebe = mapping({"to": "=customer.mail", "subject": "Hello"}, {"sent": "=result.ok"})
    zeebe += '<zeebe:taskHeaders><zeebe:header key="h" value="1"/></zeebe:taskHeaders>'
    case = Case(
        model(start(), service("mail", zeebe=zeebe), user("u"), end(), path("s", "mail", "u", "e")),
        customer={"mail": "x@example.com"},
    )
    (job,) = case.step.jobs
    assert (job.type, job.retries, job.headers) == ("mail", 3, {"h": "1"})
    assert job.inputs == {"to": "x@example.com", "subject": "Hello"}
    assert job.visible == {"customer": {"mail": "x@example.com"}, **job.inputs}
    case.do("mail", result={"ok": True}, noise=1)
    assert case.variables == {"customer": {"mail": "x@example.com"}, "sent": True}
    assert set(case.step.scopes) == {""}


@pytest.mark.parametrize("kind", ["task", "manualTask", "intermediateThrowEvent"])
def test_what_no_engine_does_is_passed_at_once(kind):
    """BPMN 2.0.2, 10.3.3 and 13.3.3: undefined and manual tasks are drawn for people to read; so are events without trigger."""
    case = Case(model(start(), node(kind, "m"), user("u"), end(), path("s", "m", "u", "e")))
    assert case.at == ["u"]
    assert case.told("left") == ["s", "m"]


def test_scopes_without_a_change_are_handed_back_as_they_are():
    case = Case(
        model(
            start(),
            parallel("f"),
            service("a", zeebe=mapping({"i": "=1"})),
            service("b"),
            end(),
            path("s", "f", "a", "e"),
            path("f", "b", "e"),
        )
    )
    before = case.step.scopes
    local = str(case.node("a"))
    case.do("b", x=1)
    assert case.step.scopes[local] is before[local]
    assert case.step.scopes[""] is not before[""]
    before = case.step.scopes
    assert case.do("a").step.scopes[""] is before[""]


@pytest.mark.parametrize(("amount", "way"), [(10, "high"), (5, "middle"), (1, "low")])
def test_an_exclusive_gateway_takes_the_first_flow_that_holds(amount, way):
    """BPMN 2.0.2, 10.6.2 and 13.4.2."""
    case = Case(
        model(
            start(),
            xor("g", default="d"),
            user("high"),
            user("middle"),
            user("low"),
            end(),
            flow("s", "g"),
            flow("g", "low", flow_id="d"),
            flow("g", "high", "=amount > 6"),
            flow("g", "middle", "=amount > 2"),
            path("high", "e"),
            path("middle", "e"),
            path("low", "e"),
        ),
        amount=amount,
    )
    assert case.at == [way]


def test_parallel_branches_meet_and_keep_each_others_variables():
    case = Case(
        model(
            start(),
            parallel("f"),
            service("x"),
            service("y"),
            parallel("j"),
            user("u"),
            end(),
            path("s", "f", "x", "j", "u", "e"),
            path("f", "y", "j"),
        ),
        list=[1],
    )
    assert case.at == ["x", "y"]
    case.do("x", list=[3], x=1)
    assert case.at == ["y"]
    case.do("y", y=2)
    assert case.at == ["u"]
    assert case.variables == {"list": [Decimal(3)], "x": Decimal(1), "y": Decimal(2)}


def test_two_flows_between_the_same_two_gateways_both_count():
    case = Case(
        model(
            start(),
            parallel("f"),
            parallel("j"),
            user("u"),
            end(),
            path("s", "f", "j", "u", "e"),
            path("f", "j"),
        )
    )
    assert case.at == ["u"]


def test_a_join_in_a_loop_counts_each_round_anew():
    """BPMN 2.0.2, 10.6.4 and 13.4.1: a parallel gateway takes one token from each flow."""
    text = model(
        start(),
        xor("m"),
        parallel("f"),
        service("x"),
        service("y"),
        parallel("j"),
        xor("g", default="back"),
        end(),
        path("s", "m", "f", "x", "j", "g"),
        path("f", "y", "j"),
        flow("g", "e", "=stop"),
        flow("g", "m", flow_id="back"),
    )
    case = Case(text, stop=False)
    for _ in range(5):
        case.do("x").do("y")
        assert case.at == ["x", "y"]
    sizes = len(case.step.state)
    for _ in range(60):
        case.do("x").do("y")
    assert len(case.step.state) <= sizes + 4
    assert case.do("x", stop=True).do("y").finished


@pytest.mark.parametrize(("n", "ways"), [(1, ["c"]), (2, ["a"]), (3, ["a", "b"])])
def test_an_inclusive_gateway_splits_by_conditions_and_joins_what_was_split(n, ways):
    """BPMN 2.0.2, 10.6.3 and 13.4.3."""
    case = Case(
        model(
            start(),
            inclusive("g", default="d"),
            user("a"),
            user("b"),
            user("c"),
            inclusive("j"),
            user("z"),
            end(),
            flow("s", "g"),
            flow("g", "a", "=n > 1"),
            flow("g", "b", "=n > 2"),
            flow("g", "c", flow_id="d"),
            path("a", "j", "z", "e"),
            path("b", "j"),
            path("c", "j"),
        ),
        n=n,
    )
    assert case.at == ways
    for way in ways[:-1]:
        assert "z" not in case.do(way).at
    assert case.do(ways[-1]).at == ["z"]
    assert case.do("z").finished


def test_an_inclusive_join_does_not_wait_for_a_token_that_died():
    case = Case(
        model(
            start(),
            inclusive("g"),
            user("a"),
            user("b"),
            xor("x", default="on"),
            end("gone"),
            inclusive("j"),
            user("z"),
            end(),
            flow("s", "g"),
            flow("g", "a", "=true"),
            flow("g", "b", "=true"),
            path("b", "x"),
            flow("x", "gone", "=drop"),
            flow("x", "j", flow_id="on"),
            path("a", "j", "z", "e"),
        ),
        drop=True,
    )
    assert case.do("a").at == ["b"]
    assert case.do("b").at == ["z"]


def test_several_flows_out_of_a_task_are_a_parallel_split_and_no_flow_is_an_end():
    case = Case(model(start(), user("a"), service("x"), service("y"), path("s", "a", "x"), path("a", "y")))
    assert case.do("a").at == ["x", "y"]
    assert case.do("x").do("y").finished


@pytest.mark.parametrize(("n", "ways"), [(1, ["z"]), (2, ["x"]), (3, ["x", "y"])])
def test_conditional_flows_out_of_a_task_are_taken_as_they_hold(n, ways):
    case = Case(
        model(
            start(),
            user("a", default="d"),
            service("x"),
            service("y"),
            service("z"),
            path("s", "a"),
            flow("a", "x", "=n > 1"),
            flow("a", "y", "=n > 2"),
            flow("a", "z", flow_id="d"),
        ),
        n=n,
    )
    assert case.do("a").at == ways


def test_scripts_and_decisions_put_their_values_into_variables():
    """BPMN 2.0.2, 10.3.3: script and business rule tasks complete as their answer is there."""
    asked = []

    def decide(decision_id, facts):
        asked.append((decision_id, dict(facts)))
        return Decided({"team": "post"}, evidence="rule 2")

    text = model(
        start(), node("scriptTask", "sc", zeebe=script("=amount * 2", "twice")),
        node("businessRuleTask", "d", zeebe=decision("who", "found") + mapping(outputs={"team": "=found.team"})),
        node("manualTask", "m"), node("task", "t"), user("u"), end(), path("s", "sc", "d", "m", "t", "u", "e"),
    )  # fmt: skip
    case = Case(text, decide=decide, amount=4)
    assert case.variables == {"amount": Decimal(4), "twice": Decimal(8), "team": "post"}
    assert asked == [("who", {"amount": Decimal(4), "twice": Decimal(8)})]
    (told,) = [entry for entry in case.trace if entry.what == "decided"]
    assert (told.element, told.detail.decision, told.detail.evidence) == ("d", "who", "rule 2")
    assert case.program.decisions == {"who"}
    assert case.at == ["u"]


def test_a_loop_of_six_hundred_rounds_keeps_the_state_small():
    text = model(
        start(),
        xor("m"),
        user("u"),
        xor("g", default="back"),
        end(),
        path("s", "m", "u", "g"),
        flow("g", "e", "=stop"),
        flow("g", "m", flow_id="back"),
    )
    case = Case(text, stop=False)
    for n in range(600):
        case.do("u", n=n)
    assert len(case.step.state) < 120
    assert case.do("u", stop=True).finished


def test_node_numbers_go_on_from_the_last_one():
    case = Case(model(start(), user("a"), user("b"), end(), path("s", "a", "b", "e")))
    first = case.node("a")
    case.do("a")
    assert case.node("b") > first
    assert case.step.last_node >= case.node("b")


def test_elements_may_have_the_names_spiff_uses_itself():
    case = Case(model(start("Start"), user("root"), end("End"), path("Start", "root", "End")))
    assert case.do("root").finished
    assert case.told("left") == ["Start", "root", "End"]


def test_an_inclusive_join_waits_for_what_a_boundary_event_may_still_send():
    """13.4.3: a token upstream holds the join up, also by way of the events at its task."""
    text = model(
        start(), inclusive("f"), user("a"), user("b"), boundary("late", "b", timer("P1D")), end("gone"), inclusive("j"), user("z"),
        flow("s", "f"), flow("f", "a", "=true"), flow("f", "b", "=true"), path("a", "j", "z"), path("b", "gone"), path("late", "j"),
    )  # fmt: skip
    assert Case(text).do("a").at == ["b", "late"]
    assert Case(text).do("a").fire("late").at == ["z"]
    assert Case(text).do("a").do("b").at == ["z"]


def test_an_inclusive_join_in_a_loop_is_not_held_up_by_the_way_back():
    text = model(
        start(), inclusive("j"), user("a"), xor("g", default="on"), user("z"), path("s", "j", "a", "g"),
        flow("g", "j", "=again"), flow("g", "z", flow_id="on"),
    )  # fmt: skip
    case = Case(text, again=True)
    assert case.do("a").do("a").at == ["a"]
    assert case.do("a", again=False).at == ["z"]


def test_what_lies_in_a_lane_is_of_that_lane_to_any_depth():
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="out" name="Outer"><bpmn:flowNodeRef>sub</bpmn:flowNodeRef><bpmn:childLaneSet id="c">'
        '<bpmn:lane id="in" name="Inner"><bpmn:flowNodeRef>sub</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>'
    )
    sub = node("subProcess", "sub", start("s1"), user("x"), path("s1", "x"))
    case = Case(model(lanes, start(), sub, path("s", "sub")))
    assert case.step.tasks[0].lane == "Inner"


def test_a_process_says_its_name_and_version():
    text = model(
        "<bpmn:extensionElements><zeebe:versionTag value='v7'/></bpmn:extensionElements>",
        start(),
        user("a"),
        path("s", "a"),
        name="Complaint",
    )
    program = Case(text).program
    assert (program.name, program.version_tag, program.elements["a"].kind) == ("Complaint", "v7", "userTask")
    assert [found.type for found in Case(model(start(), service("x"), path("s", "x"))).program.services] == [
        "x"
    ]


def test_many_inclusive_gateways_are_prepared_without_looking_back_from_each():
    """A thousand in a row once took gigabytes before the first case began."""
    gateways = [f"g{n}" for n in range(100)]
    pairs = [flow(a, b, "=true") for a, b in pairwise(gateways) for _ in range(2)]
    drawn = [inclusive(name) for name in gateways]
    text = model(start(), *drawn, end(), flow("s", "g0"), *pairs, flow("g99", "e"))
    program = prepare({"m.bpmn": text})
    nodes = program.specs["p"].task_specs
    assert not any("reached_from" in vars(node) for node in nodes.values())
    assert Case(program=program).finished
    assert nodes["g2"].reached_from["g0"] == frozenset(nodes["g2"].incoming)
    assert "reached_from" not in vars(nodes["g0"]), "one flow in: there is nothing to wait for"

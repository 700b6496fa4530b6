"""Subprocesses, call activities and multi-instance, with their variable scopes."""

from decimal import Decimal

import pytest

from tests.unit.bpmn.drawing import (
    DECLARED,
    boundary,
    called,
    each,
    end,
    error,
    flow,
    mapping,
    model,
    node,
    parallel,
    path,
    service,
    start,
    timer,
    user,
    xor,
)
from tests.unit.bpmn.driving import Case


def numbers(*values):
    return [Decimal(value) for value in values]


def test_a_subprocess_keeps_its_own_variables_and_ends_when_all_in_it_has():
    """BPMN 2.0.2, 10.3.5 and 13.3.4; the variables are Camunda 8's."""
    sub = node(
        "subProcess",
        "sub",
        start("s1"),
        parallel("f"),
        user("x"),
        user("y"),
        path("s1", "f", "x"),
        path("f", "y"),
        zeebe=mapping({"own": "=1"}, {"out": "=own"}),
    )
    case = Case(model(start(), sub, user("n"), path("s", "sub", "n")))
    case.do("x", own=5, other=2)
    assert case.variables == {"other": 2}
    assert case.do("y").at == ["n"]
    assert case.variables == {"other": 2, "out": 5}
    assert set(case.step.scopes) == {""}
    assert case.told("left") == ["s", "s1", "f", "x", "y", "sub"]


def test_an_interrupting_event_ends_all_that_runs_inside():
    inner = node("subProcess", "inner", start("s2"), user("x"), path("s2", "x"), zeebe=mapping({"l": "=1"}))
    sub = node("subProcess", "sub", start("s1"), inner, path("s1", "inner"))
    case = Case(
        model(start(), sub, boundary("b", "sub", timer("P1D")), user("n"), path("s", "sub"), path("b", "n"))
    )
    assert case.fire("b").at == ["n"]
    assert set(case.step.scopes) == {""}
    assert case.do("n").finished


CHILD = model(start(), service("cx"), end(), path("s", "cx", "e"), process_id="child")


@pytest.mark.parametrize(
    ("attributes", "zeebe", "seen", "after"),
    [
        ({}, "", {"a": 1}, {"a": 1, "cv": 5}),
        (
            {"propagateAllParentVariables": "false"},
            mapping({"i": "=a+1"}),
            {"i": 2},
            {"a": 1, "cv": 5, "i": 2},
        ),
        (
            {"propagateAllParentVariables": "false", "propagateAllChildVariables": "false"},
            mapping({"i": "=a+1"}),
            {"i": 2},
            {"a": 1},
        ),
        (
            {"propagateAllChildVariables": "false"},
            mapping(outputs={"got": "=cv"}),
            {"a": 1},
            {"a": 1, "got": 5},
        ),
    ],
)
def test_a_called_process_gets_and_gives_what_the_model_says(attributes, zeebe, seen, after):
    caller = model(
        start(),
        node("callActivity", "c", zeebe=called("child", **attributes) + zeebe),
        user("u"),
        path("s", "c", "u"),
    )
    case = Case(caller, CHILD, a=1)
    (job,) = case.step.jobs
    assert (job.visible, job.process) == (seen, "child")
    assert f"{case.node('cx') - 2}/" in case.step.scopes
    case.do("cx", cv=5)
    after.pop("i", None)
    assert {name: value for name, value in case.variables.items() if name != "i"} == after
    assert case.at == ["u"]
    assert set(case.step.scopes) == {""}
    assert case.program.called == {"child"}


def test_an_error_climbs_out_of_a_called_process():
    caller = model(
        start(),
        node("callActivity", "c", zeebe=called("child")),
        boundary("b", "c", error()),
        user("u"),
        path("s", "c"),
        path("b", "u"),
    )
    case = Case(caller, CHILD).fail("cx", "E5")
    assert case.at == ["u"]
    assert set(case.step.scopes) == {""}


def test_a_process_that_calls_itself_without_end_becomes_a_fault():
    text = model(start(), node("callActivity", "c", zeebe=called("p")), path("s", "c"))
    assert Case(text).faults == [("c", "too_deep")]


@pytest.mark.parametrize("sequential", [True, False])
def test_instances_give_their_outputs_by_place_not_by_time(sequential):
    zeebe = mapping({"r": "=item"})
    text = model(
        start(), service("m", each("=items", output=("out", "=r * 2"), sequential=sequential), zeebe=zeebe), boundary("b", "m", error()),
        user("u"), user("w"), path("s", "m", "u"), path("b", "w"),
    )  # fmt: skip
    case = Case(text, items=[1, 2, 3])
    assert len(case.step.jobs) == (1 if sequential else 3)
    while case.step.jobs:
        last = case.step.jobs[-1]
        assert last.inputs["r"] == last.inputs["item"] == last.inputs["loopCounter"]
        case.do_node(last.node)
    assert case.variables == {"items": numbers(1, 2, 3), "out": numbers(2, 4, 6)}
    assert case.at == ["u"]
    assert set(case.step.scopes) == {""}
    assert case.told("left").count("m") == 3
    assert Case(text, items=[]).at == ["u"]
    assert Case(text, items=[1, 2]).fail("m", "E1").at == ["w"]


def test_a_condition_ends_the_instances_that_are_not_done():
    """BPMN 2.0.2, 10.3.8 and 13.3.7: `completionCondition`."""
    text = model(
        start(),
        user("m", each("=items", until="=numberOfCompletedInstances = 2")),
        user("u"),
        path("s", "m", "u"),
    )
    case = Case(text, items=[1, 2, 3, 4])
    assert case.do("m").at == ["m", "m", "m"]
    assert case.do("m").at == ["u"]
    assert case.told("cancelled") == ["m", "m"]


def test_subprocesses_can_be_instances_with_variables_of_their_own():
    sub = node(
        "subProcess",
        "sub",
        start("s1"),
        service("x"),
        path("s1", "x"),
        each("=items", output=("out", "=q")),
        zeebe=mapping({"q": "=item*10"}),
    )
    case = Case(model(start(), sub, user("u"), path("s", "sub", "u")), items=[1, 2])
    assert len(case.step.jobs) == 2
    case.do("x", q=7).do("x")
    assert case.variables == {"items": numbers(1, 2), "out": numbers(7, 20)}
    assert case.at == ["u"]


def test_an_output_element_belongs_to_its_instance():
    """Camunda 8 makes the variable local to each instance, so that they do not overwrite each other."""
    case = Case(
        model(
            start(), service("m", each("=items", output=("out", "=answer"))), user("u"), path("s", "m", "u")
        ),
        items=[1, 2],
    )
    case.do("m", answer="a").do("m", answer="b")
    assert case.variables == {"items": numbers(1, 2), "out": ["a", "b"]}


def test_calls_can_be_instances():
    caller = model(
        start(),
        node("callActivity", "c", each("=items", output=("out", "=cv")), zeebe=called("child")),
        user("u"),
        path("s", "c", "u"),
    )
    case = Case(caller, CHILD, items=[1, 2])
    assert [job.visible["item"] for job in case.step.jobs] == numbers(1, 2)
    case.do("cx", cv=8).do("cx", cv=9)
    assert case.variables["out"] == numbers(8, 9)


def test_instances_inside_instances_keep_apart():
    inner = user("x", each("=item", element="leaf", output=("leaves", "=leaf + 1")))
    sub = node(
        "subProcess", "sub", start("s1"), inner, path("s1", "x"), each("=rows", output=("all", "=leaves"))
    )
    case = Case(model(start(), sub, user("u"), path("s", "sub", "u")), rows=[[1, 2], [3]])
    case.do("x").do("x").do("x")
    assert case.at == ["u"]
    assert case.variables["all"] == [numbers(2, 3), numbers(4)]


def test_a_subprocess_in_a_loop_begins_anew_each_time():
    sub = node("subProcess", "sub", start("s1"), user("x"), path("s1", "x"), zeebe=mapping({"seen": "=null"}))
    text = model(
        start(),
        xor("m"),
        sub,
        xor("g", default="d"),
        end(),
        path("s", "m", "sub", "g"),
        flow("g", "e", "=stop"),
        flow("g", "m", flow_id="d"),
    )
    case = Case(text, stop=False)
    for _ in range(4):
        case.do("x", seen=1)
    assert case.do("x", stop=True).finished
    assert case.variables == {"stop": True}


def test_an_error_from_one_instance_ends_them_all():
    sub = node(
        "subProcess",
        "sub",
        start("s1"),
        user("x"),
        end("bad", error("er1")),
        path("s1", "x", "bad"),
        each("=items"),
    )
    text = model(
        start(),
        sub,
        boundary("b", "sub", error("er1")),
        user("n"),
        path("s", "sub"),
        path("b", "n"),
        declared=DECLARED,
    )
    assert Case(text, items=[1, 2, 3]).do("x").at == ["n"]


def times(cardinality, *, sequential=False):
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<bpmn:loopCardinality>{cardinality}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )


@pytest.mark.parametrize("cardinality", ["3", "=n + 1"])
def test_instances_can_be_counted_without_a_collection(cardinality):
    text = model(start(), user("m", times(cardinality)), user("u"), path("s", "m", "u"))
    case = Case(text, n=2)
    assert case.at == ["m", "m", "m"]
    assert [task.visible["loopCounter"] for task in case.step.tasks] == numbers(1, 2, 3)
    assert case.do("m").do("m").do("m").at == ["u"]
    text = model(start(), user("m", times(cardinality, sequential=True)), user("u"), path("s", "m", "u"))
    assert Case(text, n=2).do("m").do("m").at == ["m"]


@pytest.mark.parametrize("cardinality", ["=-1", "=1.5", '="many"', "=null", "=20000"])
def test_a_cardinality_that_is_no_number_is_a_fault(cardinality):
    assert Case(model(start(), user("m", times(cardinality)), path("s", "m"))).faults == [
        ("m", "not_a_number")
    ]


def repeat(condition="", **attributes):
    extra = "".join(f' {name}="{value}"' for name, value in attributes.items())
    inside = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    return f"<bpmn:standardLoopCharacteristics{extra}>{inside}</bpmn:standardLoopCharacteristics>"


def test_a_standard_loop_goes_on_while_its_condition_holds():
    """BPMN 2.0.2, 10.3.8."""
    text = model(start(), user("m", repeat("=again")), user("u"), path("s", "m", "u"))
    case = Case(text, again=False)
    assert case.do("m", again=True).at == ["m"]
    assert case.step.tasks[0].visible["loopCounter"] == 2
    assert case.do("m", again=False).at == ["u"]


def test_a_standard_loop_may_ask_first_and_has_a_maximum():
    first = model(
        start(),
        user("m", repeat("=again", testBefore="true", loopMaximum="2")),
        user("u"),
        path("s", "m", "u"),
    )
    assert Case(first, again=False).at == ["u"]
    assert Case(first, again=True).do("m").do("m").at == ["u"]
    most = model(start(), user("m", repeat(loopMaximum="3")), user("u"), path("s", "m", "u"))
    assert Case(most).do("m").do("m").at == ["m"]


def test_a_loop_condition_that_is_no_boolean_is_a_fault_between_two_rounds():
    text = model(
        start(),
        user("m", repeat("=again")),
        boundary("b", "m", timer("P1D")),
        user("u"),
        path("s", "m", "u"),
        path("b", "u"),
    )
    case = Case(text).do("m")
    assert case.faults == [("m", "not_a_boolean")]
    assert case.retry("m", again=True).at == ["b", "m"]
    assert case.step.tasks[0].visible["loopCounter"] == 2
    assert case.fire("b").at == ["u"]


def test_a_subprocess_can_be_a_standard_loop():
    sub = node("subProcess", "sub", start("s1"), user("x"), path("s1", "x"), repeat("=again"))
    case = Case(model(start(), sub, user("u"), path("s", "sub", "u")))
    assert case.do("x", again=True).at == ["x"]
    assert case.do("x", again=False).at == ["u"]


def test_a_mapping_sees_what_those_before_it_mapped():
    """As in Camunda 8, where all mappings of an element are one context, evaluated in order."""
    inputs = {"net": "=price", "gross": "=net * 2"}
    outputs = {"price": "=gross + 1", "gross": "=gross * 10", "total": "=gross + price"}
    text = model(start(), service("x", zeebe=mapping(inputs, outputs)), user("u"), path("s", "x", "u"))
    case = Case(text, price=5, gross=0)
    assert case.step.jobs[0].inputs == {"net": 5, "gross": 10}
    assert case.do("x").variables == {"price": 11, "gross": 100, "total": 111}


def test_output_mappings_take_effect_together_or_not_at_all():
    """Otherwise a second try would count twice."""
    endless = "=for i in 1..100000, j in 1..100000 return i"
    outputs = {"n": "=n + 1", "x": f"=if n = go then 1 else {endless[1:]}"}
    text = model(start(), service("x", zeebe=mapping(outputs=outputs)), user("u"), path("s", "x", "u"))
    case = Case(text, n=1, go=0)
    assert case.do("x").faults == [("x", "evaluation_error")]
    assert case.variables == {"n": 1, "go": 0}
    assert case.retry("x", go=2).at == ["u"]
    assert case.variables == {"n": 2, "go": 2, "x": 1}


def test_an_instance_that_is_skipped_brings_nothing_and_is_not_enough():
    """What it would have brought is missing; that must not stop a person who skips it."""
    text = model(
        start(), user("u", each("=[1, 2]", output=("out", "=r"), until="=r > 3")), user("after"), path("s", "u", "after")
    )  # fmt: skip
    case = Case(text)
    assert case.skip("u").faults == []
    assert case.at == ["u"]
    assert case.do("u", r=5).variables["out"] == [None, 5]

"""Conditional events happen when their condition comes true (BPMN 2.0.2, 10.5.2 and 10.5.5)."""

import time

import pytest

from cpm.bpmn import prepare
from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    DECLARED,
    boundary,
    called,
    catch,
    condition,
    each,
    end,
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
)
from tests.unit.bpmn.driving import Case


def beside(name, definition, *, interrupting=False, inside=""):
    """An event subprocess with a task."""
    return node(
        "subProcess", name, start(f"{name}s", definition, isInterrupting=str(interrupting).lower()), user(f"{name}u"),
        path(f"{name}s", f"{name}u"), inside, triggeredByEvent="true",
    )  # fmt: skip


def sets(name, expression, result="x"):
    return node("scriptTask", name, zeebe=script(expression, result))


def guarded(expression, *, interrupting=True, zeebe=""):
    """A task `a` with a boundary event `b` that leads to `n`."""
    return Case(
        model(
            start(), user("a"), boundary("b", "a", condition(expression, zeebe), interrupting=interrupting), user("n"),
            path("s", "a"), path("b", "n"),
        )
    )  # fmt: skip


def test_a_catch_event_waits_until_its_condition_holds():
    case = Case(model(start(), catch("c", condition("=x > 1")), user("a"), path("s", "c", "a")), x=1)
    assert case.at == []
    assert not case.finished
    assert case.change(y=5).at == []
    assert case.change(x=2).at == ["a"]
    assert case.told("met") == ["c"]
    assert case.variables == {"x": 2, "y": 5}


def test_a_condition_that_holds_already_lets_a_token_pass_at_once():
    case = Case(model(start(), catch("c", condition("=x > 1")), user("a"), path("s", "c", "a")), x=2)
    assert case.at == ["a"]
    assert [(each.what, each.element) for each in case.trace if each.element == "c"] == [
        ("flow", "c"),
        ("entered", "c"),
        ("met", "c"),
        ("left", "c"),
    ][1:]


def test_an_interrupting_boundary_event_ends_its_task_when_its_condition_comes_true():
    case = guarded("=x")
    assert case.at == ["a"]
    assert case.change(x=True).at == ["n"]
    assert case.told("cancelled") == ["a"]
    assert case.change(x=True).do("n").finished


@pytest.mark.parametrize("value", [None, False, "true", 1])
def test_only_true_is_true(value):
    assert guarded("=x").change(x=value).at == ["a"]


def test_a_condition_that_holds_as_the_task_is_reached_ends_it_before_it_begins():
    text = model(
        start(), sets("a", "=1", "done"), boundary("b", "a", condition("=x > 1")), user("n"), path("s", "a"), path("b", "n")
    )  # fmt: skip
    case = Case(text, x=2)
    assert case.at == ["n"]
    assert "done" not in case.variables


def test_input_mappings_may_make_it_true_and_output_mappings_come_too_late():
    text = model(
        start(), user("a", zeebe=mapping({"x": "=2"})), boundary("b", "a", condition("=x > 1")), user("n"),
        path("s", "a"), path("b", "n"),
    )  # fmt: skip
    assert Case(text).at == ["n"]
    text = model(
        start(), user("a", zeebe=mapping(outputs={"x": "=2"})), boundary("b", "a", condition("=x > 1")), user("n"), user("o"),
        path("s", "a", "o"), path("b", "n"),
    )  # fmt: skip
    assert Case(text).do("a").at == ["o"], "the task is over by then"


def test_what_does_not_interrupt_happens_each_time_it_comes_true_anew():
    case = guarded("=x > 1", interrupting=False)
    assert case.change(x=2).at == ["a", "n"]
    assert case.change(x=3).at == ["a", "n"], "it has to be false before"
    assert case.change(x=0).at == ["a", "n"]
    assert case.change(x=2).at == ["a", "n", "n"]
    assert case.do("a").change(x=0).change(x=2).at == ["n", "n"]
    assert case.told("met") == ["b", "b"]


def test_it_is_asked_after_each_move_and_sees_what_is_true_for_a_moment_only():
    text = model(
        start(), node("subProcess", "sub", start("is"), user("u"), sets("on", "=5"), sets("off", "=0"), user("v"),
                      path("is", "u", "on", "off", "v")),
        boundary("b", "sub", condition("=x > 1"), interrupting=False), user("n"), path("s", "sub"), path("b", "n"),
    )  # fmt: skip
    case = Case(text, x=0)
    assert case.do("u").at == ["n", "v"]
    assert case.told("met") == ["b"]


def test_an_interrupting_condition_stops_a_subprocess_before_its_next_step():
    text = model(
        start(), node("subProcess", "sub", start("is"), user("u"), sets("on", "=5"), service("mail"), path("is", "u", "on", "mail")),
        boundary("b", "sub", condition("=x > 1")), user("n"), path("s", "sub"), path("b", "n"),
    )  # fmt: skip
    case = Case(text, x=0).do("u")
    assert case.at == ["n"]
    assert case.told("left").count("on") == 1


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_condition_starts_an_event_subprocess(interrupting):
    case = Case(
        model(start(), user("a"), path("s", "a"), beside("h", condition("=x > 1"), interrupting=interrupting))
    )
    assert case.at == ["a"]
    case.change(x=2)
    assert case.at == (["hu"] if interrupting else ["a", "hu"])
    assert case.told("met") == ["hs"]
    if not interrupting:
        assert case.change(x=0).change(x=2).at == ["a", "hu", "hu"]
        assert case.do("a").do("hu").do("hu").finished


def test_behind_an_event_gateway_the_condition_that_comes_true_chooses_the_way():
    text = model(
        start(), node("eventBasedGateway", "g"), catch("c", condition("=x > 1")), catch("t", timer("PT1H")), user("u"), user("v"),
        path("s", "g", "c", "u"), path("g", "t", "v"),
    )  # fmt: skip
    assert Case(text, x=2).at == ["u"], "the gateway does not wait"
    case = Case(text)
    assert case.at == ["t"]
    assert case.change(x=2).at == ["u"]
    assert case.told("left") == ["s", "g", "c"]


def test_what_a_task_brings_is_seen_by_conditions_elsewhere():
    text = model(
        start(), parallel("f"), user("a"), user("b"), boundary("c", "b", condition("=x > 1")), user("n"), user("z"),
        path("s", "f", "a", "z"), path("f", "b"), path("c", "n"),
    )  # fmt: skip
    case = Case(text)
    assert case.do("a", x=2).at == ["n", "z"]


def test_a_condition_sees_what_its_task_sees_and_its_instances_are_apart():
    guard = boundary("b", "a", condition("=item > limit"), interrupting=False)
    text = model(start(), user("a", each("=[1,2,3]")), guard, user("n"), path("s", "a"), path("b", "n"))
    case = Case(text, limit=5)
    assert case.change(limit=1).at == ["a", "a", "a"], "the body does not see the items"
    inner = (
        start("is"),
        user("u"),
        boundary("b", "u", condition("=item > limit")),
        user("n"),
        path("is", "u"),
        path("b", "n"),
    )
    case = Case(model(start(), node("subProcess", "a", *inner, each("=[1,2,3]")), path("s", "a")), limit=5)
    assert case.change(limit=1).at == ["n", "n", "u"]


def test_a_called_process_asks_for_its_own_variables():
    inside = (
        start("cs"),
        user("cu"),
        boundary("cb", "cu", condition("=x > 1")),
        user("cn"),
        path("cs", "cu"),
        path("cb", "cn"),
    )
    text = model(start(), node("callActivity", "call", zeebe=called("q")), path("s", "call"))
    case = Case(text, model(*inside, process_id="q"), x=0)
    assert case.change(x=2).at == ["cu"], "what is set at the case does not reach into the call"
    assert Case(text, model(*inside, process_id="q"), x=2).at == ["cn"]


def test_of_several_that_come_true_at_once_the_outer_one_that_interrupts_ends_the_others():
    text = model(
        start(), node("subProcess", "sub", start("is"), user("u"), boundary("ib", "u", condition("=x > 1")), user("in"),
                      path("is", "u"), path("ib", "in")),
        boundary("b", "sub", condition("=x > 1")), user("n"), path("s", "sub"), path("b", "n"),
    )  # fmt: skip
    case = Case(text).change(x=2)
    assert case.at == ["n"]
    assert case.told("met") == ["b"]


def test_a_filter_names_the_variables_and_what_has_to_happen_to_them():
    case = guarded("=x > y", zeebe='<zeebe:conditionalFilter variableNames="y"/>')
    assert case.change(y=0).change(x=1).at == ["a"], "x is not watched"
    assert case.change(y=0).at == ["n"]
    case = guarded("=x > 1", zeebe='<zeebe:conditionalFilter variableEvents="create"/>')
    assert case.change(x=1).change(x=2).at == ["a"]
    case = guarded("=x > 1", zeebe='<zeebe:conditionalFilter variableEvents="update, create"/>')
    assert case.change(x=1).change(x=2).at == ["n"]


def test_a_condition_that_its_own_way_makes_true_again_for_ever_ends_as_a_fault():
    ever = node(
        "subProcess", "h", start("hs", condition("=x"), isInterrupting="false"), sets("off", "=false"), sets("on", "=true"),
        path("hs", "off", "on"), triggeredByEvent="true",
    )  # fmt: skip
    case = Case(model(start(), user("a"), path("s", "a"), ever))
    assert case.at == ["a"]
    case.change(x=True)
    assert [code for _, code in case.faults] == ["endless"]
    assert "a" in case.at
    element = case.faults[0][0]
    assert [code for _, code in case.retry(element).faults] == ["endless"], "and it does not hang either"


def test_a_condition_that_costs_too_much_is_a_fault_of_its_event():
    case = guarded("=n != null and (for i in 1..n, j in 1..n return i)[1] = n")
    assert case.change(n=100000).faults == [("b", "evaluation_error")]
    assert case.retry("b", n=1).at == ["n"]


def test_many_conditions_cost_what_they_are_and_not_their_square():
    def took(number):
        guards = [
            user(f"a{i}")
            + boundary(f"b{i}", f"a{i}", condition(f"=x{i} > 1"))
            + path("f", f"a{i}")
            + path(f"b{i}", "e")
            for i in range(number)
        ]
        program = prepare({"m": model(start(), parallel("f"), end(), path("s", "f"), *guards)})
        spent = []
        for _ in range(3):
            case = Case(program=program)
            began = time.process_time()
            case.change(**{f"x{i}": 2 for i in range(number)})
            spent.append(time.process_time() - began)
            assert len(case.told("met")) == number
        return min(spent)

    few = took(100)
    assert took(400) < 10 * few


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        (condition("x > 1"), "begins with '='"),
        (condition("=x >"), "does not parse"),
        ("<bpmn:conditionalEventDefinition/>", "to have a condition"),
        (condition("=x", '<zeebe:conditionalFilter variableEvents="delete"/>'), "create, update or both"),
        (condition("=x", '<zeebe:conditionalFilter events="create"/>'), "'events'"),
    ],
)
def test_what_is_no_condition_is_refused(definition, reason):
    with pytest.raises(Refused) as refused:
        prepare({"m": model(start(), catch("c", definition), end(), path("s", "c", "e"), declared=DECLARED)})
    assert any(reason in finding.reason and finding.german for finding in refused.value.findings)


def test_a_condition_is_among_what_an_element_reads():
    program = prepare({"m": model(start(), catch("c", condition("=x > y")), end(), path("s", "c", "e"))})
    assert program.elements["c"].reads == {"x", "y"}

"""What is thrown, and who catches it: errors, escalations, ends and links (BPMN 2.0.2, 10.5.3, 10.5.5 and 10.5.7)."""

import pytest

from tests.unit.bpmn.drawing import (
    DECLARED,
    TERMINATE,
    boundary,
    called,
    catch,
    condition,
    each,
    end,
    error,
    escalation,
    link,
    mapping,
    message,
    model,
    node,
    parallel,
    path,
    service,
    signal,
    start,
    throw,
    user,
)
from tests.unit.bpmn.driving import Case
from tests.unit.bpmn.test_bpmn_event_positions import (
    begin,
    in_a_handler,
    in_called_process,
    in_one_instance,
    in_subprocess,
)


def test_an_error_end_event_may_compute_its_code_and_gives_its_variables():
    declared = DECLARED + '<bpmn:error id="er3" name="Any" errorCode="=code"/>'
    inside = start("is"), end("ie", error("er3"), zeebe=mapping({"why": '="no " + code'})), path("is", "ie")
    text = model(
        start(), node("subProcess", "sub", *inside), boundary("b1", "sub", error("er1"), zeebe=mapping(outputs={"told": "=why"})),
        boundary("b2", "sub", error()), user("one"), user("any"), path("s", "sub"), path("b1", "one"), path("b2", "any"),
        declared=declared,
    )  # fmt: skip
    case = Case(text, code="E1")
    assert case.at == ["one"]
    assert case.variables == {"code": "E1", "told": "no E1"}
    assert Case(text, code="E7").at == ["any"]
    assert Case(text, code=7).faults == [("ie", "no_error_code")]


def test_an_escalation_may_compute_its_code():
    declared = DECLARED + '<bpmn:escalation id="es3" escalationCode="=code"/>'
    inside = start("is"), throw("it", escalation("es3")), user("x"), path("is", "it", "x")
    text = model(
        start(), node("subProcess", "sub", *inside), boundary("b", "sub", escalation("es1"), interrupting=False), user("n"),
        path("s", "sub"), path("b", "n"), declared=declared,
    )  # fmt: skip
    assert Case(text, code="S1").at == ["n", "x"]
    case = Case(text, code="S2")
    assert case.at == ["x"]
    assert [raised.code for raised in case.step.escalations] == ["S2"]


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_what_a_called_process_throws_is_caught_where_it_is_called(kind):
    definition = {"error": error, "escalation": escalation}[kind]
    code = {"error": "er1", "escalation": "es1"}[kind]
    inside = model(
        start("cs"),
        node("subProcess", "cp", start("ps"), end("pe", definition(code)), path("ps", "pe")),
        path("cs", "cp"),
        process_id="q",
        declared=DECLARED,
    )
    text = model(
        start(), node("callActivity", "call", each("=[1,2]", sequential=True), zeebe=called("q")), boundary("b", "call", definition()),
        user("n"), path("s", "call"), path("b", "n"), declared=DECLARED,
    )  # fmt: skip
    case = Case(text, inside)
    assert case.at == ["n"]
    assert case.told("erred" if kind == "error" else "escalated") == ["b"]
    assert case.told("called") == ["call"]


def test_a_job_that_fails_is_caught_by_the_nearest_and_of_one_scope_by_the_code():
    def handler(name, reference):
        return node(
            "subProcess",
            name,
            start(f"{name}s", error(reference)),
            user(f"{name}u"),
            path(f"{name}s", f"{name}u"),
            triggeredByEvent="true",
        )

    inside = start("is"), service("x"), path("is", "x"), handler("all", None), handler("one", "er1")
    text = model(
        start(), node("subProcess", "sub", *inside), boundary("b", "sub", error("er2")), user("n"), path("s", "sub"), path("b", "n"),
        declared=DECLARED,
    )  # fmt: skip
    assert Case(text).fail("x", "E1").at == ["oneu"]
    case = Case(text).fail("x", "E2", got=1)
    assert case.at == ["allu"], "the nearest scope counts, not the code further out"
    assert case.told("erred") == ["alls"]
    assert case.variables == {"got": 1}


def test_an_error_in_one_instance_ends_them_all_if_it_is_caught_at_the_body():
    inside = start("is"), service("x"), path("is", "x")
    text = model(
        start(), node("subProcess", "sub", *inside, each("=[1,2,3]")), boundary("b", "sub", error()), user("n"),
        path("s", "sub"), path("b", "n"), declared=DECLARED,
    )  # fmt: skip
    case = Case(text).fail("x", "E1")
    assert case.at == ["n"]
    assert case.told("cancelled").count("x") == 3


def test_an_escalation_of_one_instance_leaves_the_others_and_itself_alone():
    inside = start("is"), user("x"), throw("t", escalation("es1")), user("y"), path("is", "x", "t", "y")
    text = model(
        start(), node("subProcess", "sub", *inside, each("=[1,2,3]")), boundary("b", "sub", escalation(), interrupting=False),
        user("n"), path("s", "sub"), path("b", "n"), declared=DECLARED,
    )  # fmt: skip
    case = Case(text).do("x")
    assert case.at == ["n", "x", "x", "y"]


# Terminate, links.


@pytest.mark.parametrize("place", [in_subprocess, in_called_process, in_one_instance, in_a_handler])
def test_a_terminate_event_ends_no_more_than_the_scope_it_stands_in(place):
    parts = (
        start(),
        parallel("f"),
        user("x"),
        user("a"),
        end("t", TERMINATE),
        path("s", "f", "x"),
        path("f", "a", "t"),
    )
    case = begin(place(*parts)).do("a")
    assert case.finished
    assert case.told("cancelled") == ["x"]
    ends = {in_subprocess: "sub", in_called_process: "sub", in_one_instance: "sub", in_a_handler: "nested"}
    assert ends[place] in case.told("left")


def test_a_terminate_event_in_one_instance_leaves_the_others():
    parts = (
        start("is"),
        parallel("if"),
        user("x"),
        user("a"),
        end("t", TERMINATE),
        path("is", "if", "x"),
        path("if", "a", "t"),
    )
    case = Case(
        model(start(), node("subProcess", "sub", *parts, each("=[1,2]")), end(), path("s", "sub", "e"))
    )
    assert case.do("a").at == ["a", "x"]
    assert case.do("a").finished
    assert case.told("cancelled") == ["x", "x"]


def test_several_links_lead_to_one():
    text = model(
        start(), parallel("f"), throw("t1", link("L")), throw("t2", link("L")), catch("c", link("L")), user("a"),
        path("s", "f", "t1"), path("f", "t2"), path("c", "a"),
    )  # fmt: skip
    case = Case(text)
    assert case.at == ["a", "a"]
    assert case.told("left") == ["s", "f", "t1", "t2", "c", "c"]


def test_what_ends_its_host_and_what_its_host_throws_do_not_both_happen():
    """The last task of the subprocess throws as it ends; the boundary event is still there, and takes the way."""
    inside = start("is"), user("x"), end("ie", signal()), path("is", "x", "ie")
    text = model(
        start(), node("subProcess", "sub", *inside), boundary("b", "sub", signal()), boundary("c", "sub", condition("=x > 1")),
        user("n"), user("m"), user("after"), path("s", "sub", "after"), path("b", "n"), path("c", "m"), declared=DECLARED,
    )  # fmt: skip
    case = Case(text).do("x", x=2)
    assert case.at == ["m"], "the condition came true as the task was left, before the end event threw"
    assert case.told("signalled") == []
    assert Case(text).do("x", x=1).at == ["n"]


def test_what_a_handler_brings_and_what_its_variables_meet_come_one_after_the_other():
    """A message's variables make another event subprocess begin, which interrupts the first that just began."""
    text = model(
        start(), user("a"), path("s", "a"),
        node("subProcess", "h", start("hs", message(), isInterrupting="false"), user("hu"), path("hs", "hu"), triggeredByEvent="true"),
        node("subProcess", "i", start("is", condition("=x > 1")), user("iu"), path("is", "iu"), triggeredByEvent="true"),
        declared=DECLARED,
    )  # fmt: skip
    case = begin([text])
    case.fire("hs", x=2)
    assert case.at == ["iu"]
    assert sorted(case.told("cancelled")) == ["a", "h", "hs"]


def test_of_two_conditions_that_come_true_together_each_does_its_part():
    text = model(
        start(), user("a"), boundary("b", "a", condition("=x > 1"), interrupting=False), boundary("c", "a", condition("=x > 2")),
        user("n"), user("m"), path("s", "a"), path("b", "n"), path("c", "m"),
    )  # fmt: skip
    case = Case(text)
    assert case.change(x=3).at == ["m", "n"]
    assert case.told("met") == ["b", "c"]

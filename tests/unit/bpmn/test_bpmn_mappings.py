"""Mappings to the entries of a context, as in Camunda 8: the target `order.customer`."""

import pytest

from cpm.bpmn import prepare
from rules.xml import Refused
from tests.unit.bpmn.drawing import end, mapping, model, path, service, start, user
from tests.unit.bpmn.driving import Case


def line(*steps):
    names = [name for name, _ in steps]
    return model(start(), *(drawn for _, drawn in steps), end(), path("s", *names, "e"))


def test_inputs_make_one_context_of_their_entries():
    """BPMN 2.0.2, 10.4.2; the outer variable of that name is hidden, not merged (as in Camunda 8)."""
    inputs = mapping({"call.auth.kind": "none", "call.url": "=address", "call.again": "=call.url"})
    case = Case(line(("a", service("a", zeebe=inputs))), address="http://x", call={"old": True})
    (job,) = case.step.jobs
    assert job.inputs == {"call": {"auth": {"kind": "none"}, "url": "http://x", "again": "http://x"}}
    assert case.variables["call"] == {"old": True}


def test_outputs_come_into_the_context_that_is_there():
    """BPMN 2.0.2, 10.4.2; at every depth (as in Camunda 8)."""
    outputs = mapping(outputs={"order.customer.name": "=name", "order.state": '=order.customer.name + "!"'})
    case = Case(
        line(("a", service("a", zeebe=outputs)), ("u", user("u"))), order={"customer": {"id": 7}, "no": 1}
    )
    case.do("a", name="Miller")
    assert case.variables["order"] == {"customer": {"id": 7, "name": "Miller"}, "no": 1, "state": "Miller!"}


@pytest.mark.parametrize("before", [None, 3, "text", [1]])
def test_what_is_no_context_becomes_one(before):
    case = Case(line(("a", service("a", zeebe=mapping(outputs={"x.y": "=1"}))), ("u", user("u"))), x=before)
    case.do("a")
    assert case.variables["x"] == {"y": 1}


def test_a_skipped_step_leaves_the_context_as_it_was():
    case = Case(
        line(("a", service("a", zeebe=mapping(outputs={"x.y": "=none"}))), ("u", user("u"))), x={"y": 1}
    )
    assert case.skip("a").variables["x"] == {"y": 1}


@pytest.mark.parametrize("target", ["a.", ".b", "a..b", "a.b c", "a.1"])
def test_every_part_of_a_target_is_a_name(target):
    with pytest.raises(Refused, match="name of a variable"):
        prepare({"m.bpmn": line(("a", service("a", zeebe=mapping({target: "=1"}))))})


def test_the_variable_counts_as_written():
    program = prepare({"m.bpmn": line(("a", service("a", zeebe=mapping(outputs={"x.y": "=1"}))))})
    assert program.elements["a"].writes == {"x"}

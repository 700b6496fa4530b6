"""Small models that would make a step large: each is stopped as one fault, within seconds and little memory."""

import pytest

from cpm.bpmn import holding
from cpm.bpmn.nodes import throwing
from tests.unit.bpmn.drawing import DECLARED, model, node, parallel, path, signal, start, user
from tests.unit.bpmn.driving import Case


def times(number):
    return f"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>{number}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"


def test_instances_of_instances_are_stopped_before_there_are_millions(monkeypatch):
    monkeypatch.setattr(holding, "MOST_MADE", 1_000)
    inside = node("subProcess", "sub", start("s1"), user("u", times(100)), path("s1", "u"), times(100))
    case = Case(model(start(), inside, path("s", "sub")))
    assert [code for _, code in case.faults] == ["endless"]
    assert len(case.step.tasks) < 1_300


@pytest.mark.parametrize("needed", [1, 1000])
def test_quantities_are_stopped_before_there_are_millions(needed):
    """With so many needed as there are made, none stays, but each looks at those that wait."""
    tasks = [node("task", name, completionQuantity=1000) for name in "ab"]
    case = Case(model(start(), *tasks, user("c", startQuantity=needed), path("s", "a", "b", "c")))
    assert [code for _, code in case.faults] == ["endless"]


def test_an_event_throws_no_more_signals_than_can_be_heard(monkeypatch):
    """What hears it makes tokens, and all that within one move."""
    monkeypatch.setattr(throwing, "MOST_HEARD", 100)
    listening = node("subProcess", "h", start("hs", signal(), isInterrupting="false"), user("v"), path("hs", "v"), triggeredByEvent="true")  # fmt: skip
    many = node("subProcess", "sub", start("s1"), user("u"), path("s1", "u"), listening, times(30))
    thrown = "".join(f'<bpmn:signalEventDefinition id="q{number}" signalRef="si1"/>' for number in range(4))
    text = model(
        start(), parallel("f"), many, user("x"), node("endEvent", "t", thrown), path("s", "f", "sub"),
        path("f", "x", "t"), declared=DECLARED,
    )  # fmt: skip
    case = Case(text).do("x")
    assert case.faults == [("t", "too_many")]
    assert "v" not in case.at
    assert case.skip("t").at.count("u") == 30

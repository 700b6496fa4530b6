"""An activity again and again, and how many instances: BPMN 2.0.2, 10.3.8 and 13.3.6."""

import pytest

from rules.xml import Refused
from tests.unit.bpmn.drawing import model, node, path, script, start, user
from tests.unit.bpmn.driving import Case


def loop(condition=None, **attributes):
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    inside = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    return f"<bpmn:standardLoopCharacteristics{more}>{inside}</bpmn:standardLoopCharacteristics>"


def times(cardinality):
    return (
        f"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>{cardinality}</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def counting(loops, **variables):
    drawn = model(start(), node("scriptTask", "n", loops, zeebe=script("=n + 1", "n")), path("s", "n"))
    return Case(drawn, **{"n": 0, **variables})


@pytest.mark.parametrize(
    ("loops", "n"),
    [
        (loop("=n &lt; 3"), 3),
        (loop("=false"), 1),
        (loop("=false", testBefore="true"), 0),
        (loop("=n &lt; 3", testBefore="true"), 3),
        (loop(loopMaximum="4"), 4),
        (loop(loopMaximum="0"), 0),
        (loop("=true", loopMaximum="2"), 2),
        (loop("=true", loopMaximum="2", testBefore="true"), 2),
        (loop("=loopCounter &lt; 3"), 3),
        (loop("=loopCounter &lt; 3", testBefore="true"), 3),
        (times("0"), 0),
        (times("=0"), 0),
    ],
)
def test_how_often_it_is_done(loops, n):
    """The loop counter is how often it was done already."""
    assert counting(loops).variables["n"] == n


def test_thousands_of_rounds_leave_no_trace_in_the_state():
    drawn = model(start(), user("a", loop("=true")), path("s", "a"))
    case = Case(drawn)
    for _ in range(200):
        case.do("a")
    assert len(case.step.state) < 120
    assert counting(loop(loopMaximum="5000")).variables["n"] == 5000


def test_loops_within_loops():
    inner = (
        start("is")
        + node("scriptTask", "n", loop(loopMaximum="3"), zeebe=script("=n + 1", "n"))
        + path("is", "n")
    )
    case = Case(
        model(start(), node("subProcess", "sub", inner, loop(loopMaximum="4")), path("s", "sub")), n=0
    )
    assert case.finished
    assert case.variables["n"] == 12


def test_each_round_knows_which_it_is():
    case = Case(model(start(), user("a", loop(loopMaximum="2")), path("s", "a")))
    assert case.step.tasks[0].visible["loopCounter"] == 1
    assert case.do("a").step.tasks[0].visible["loopCounter"] == 2


@pytest.mark.parametrize(
    "loops", [loop("=true", loopMaximum="-1"), loop(loopMaximum="1.5"), loop(), times("-1")]
)
def test_negative_numbers_are_refused(loops):
    with pytest.raises(Refused) as refused:
        counting(loops)
    assert [finding.element for finding in refused.value.findings][:1] == ["n"]


def test_a_negative_number_of_instances_that_only_comes_to_light_then_is_a_fault():
    case = counting(times("=0 - many"), many=1)
    assert case.faults == [("n", "not_a_number")]
    assert case.retry("n", many=0).finished

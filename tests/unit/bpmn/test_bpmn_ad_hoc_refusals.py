"""What may be in an ad-hoc subprocess (BPMN 2.0.2, 10.3.5), and what it may say; all else is refused by name."""

import pytest

from cpm.bpmn import prepare
from rules.xml import Refused
from tests.unit.bpmn.drawing import ad_hoc, catch, end, job, message, model, node, path, start, timer, user


def refusals(*inside, **options):
    text = model(start(), ad_hoc("h", *inside, **options), path("s", "h"))
    with pytest.raises(Refused) as caught:
        prepare({"m.bpmn": text})
    for finding in caught.value.findings:
        assert finding.german
        assert finding.german != finding.reason
    return [(finding.element, finding.reason) for finding in caught.value.findings]


HANDLER = node("subProcess", "x", start("xs", message()), triggeredByEvent="true")


@pytest.mark.parametrize(
    ("inside", "options", "element", "reason"),
    [
        ([user("a"), start("i")], {}, "h", "no startEvent in an ad-hoc subprocess"),
        ([user("a"), end("i"), path("a", "i")], {}, "h", "no endEvent in an ad-hoc subprocess"),
        ([], {}, "h", "an activity in the ad-hoc subprocess"),
        ([catch("c", timer("PT1H"))], {}, "h", "an activity in the ad-hoc subprocess"),
        ([user("a"), user("b"), path("a", "b", "a")], {}, "h", "something to choose"),
        ([user("a")], {"ordering": "Any"}, "h", "ordering to be Parallel or Sequential, but it is 'Any'"),
        (
            [user("a")],
            {"cancelRemainingInstances": "maybe"},
            "h",
            "cancelRemainingInstances to be true or false",
        ),
        ([user("a")], {"triggeredByEvent": "true"}, "h", "this one is triggered by an event"),
        ([user("a")], {"until": "enough"}, "h", "the completion condition to be an expression"),
        ([user("a")], {"until": "=1 +"}, "h", "FEEL in the completion condition"),
        ([user("a")], {"first": "names"}, "h", "activeElementsCollection of zeebe:adHoc to be an expression"),
        ([user("a")], {"output": ("all", "")}, "h", "outputCollection and outputElement together"),
        ([user("a")], {"output": ("all it", "=a")}, "h", "the name of a variable, but 'all it' is none"),
        ([user("a")], {"zeebe": job("x")}, "h", "a job (zeebe:taskDefinition) is to do so"),
        ([user("a")], {"zeebe": '<zeebe:adHoc speed="1"/>'}, "h", "zeebe:adHoc without 'speed'"),
    ],
)
def test_what_an_ad_hoc_subprocess_cannot_have_is_refused_by_name(inside, options, element, reason):
    assert any(found == element and reason in said for found, said in refusals(*inside, **options)), refusals(
        *inside, **options
    )


def test_two_conditions_are_one_too_many():
    second = "<bpmn:completionCondition>=true</bpmn:completionCondition>"
    assert refusals(user("a"), second, until="=true")[0][1].startswith("Expected one completionCondition")


def test_a_condition_stands_nowhere_else():
    text = model(
        start(), user("a"), "<bpmn:completionCondition>=true</bpmn:completionCondition>", path("s", "a")
    )
    with pytest.raises(Refused, match="'completionCondition' is not"):
        prepare({"m.bpmn": text})

"""Models that are refused, and the findings of a refusal."""

import re

import pytest

from cpm.bpmn import prepare
from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    DECLARED,
    end,
    model,
    node,
    path,
    start,
    user,
)

BASE = start() + user("a") + end() + path("s", "a", "e")

UNCONNECTED = re.compile(r"none leads to it|a flow out of the \w+Event,")


def refusals(text, **more):
    with pytest.raises(Refused) as caught:
        prepare({"m.bpmn": text, **more})
    for finding in caught.value.findings:
        assert_both_languages(finding)
    return caught.value.findings


def assert_both_languages(finding):
    """A German designer reads a German sentence."""
    assert finding.german
    assert finding.german != finding.reason
    assert "Expected" not in finding.german


def refusal(*parts, **options):
    """The one refusal, apart from the remarks that nothing leads to the piece in question, and it to nothing."""
    findings = refusals(model(*parts, **{"declared": DECLARED, **options}))
    (finding,) = [finding for finding in findings if not UNCONNECTED.search(finding.reason)]
    return finding


def handler(*inside):
    return node("subProcess", "x", *inside, triggeredByEvent="true")

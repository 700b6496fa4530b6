"""What compensation, cancel events and transactions ask of a model, each refusal by element (BPMN 2.0.2)."""

import pytest

from cpm.bpmn import prepare
from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    CANCEL,
    association,
    boundary,
    compensate,
    each,
    end,
    flow,
    model,
    node,
    path,
    start,
    throw,
    undone,
    user,
)

BASE = start() + user("a") + user("b") + path("s", "a", "b")
HANDLER = user("h", isForCompensation="true")
EVENT = boundary("c", "a", compensate())
SUB = node("subProcess", "sub", start("s1"), user("x"), undone("x"), path("s1", "x")) + flow("b", "sub")


def tx(*inside, **attributes):
    return node("transaction", "tx", start("s1"), user("ok"), path("s1", "ok"), *inside, **attributes) + flow(
        "b", "tx"
    )


def handler(*inside, **attributes):
    return node(
        "subProcess",
        "es",
        start("es1", compensate(), **attributes),
        user("eu"),
        path("es1", "eu"),
        *inside,
        triggeredByEvent="true",
    )


CANCELLED = tx(end("e1", CANCEL), path("s1", "e1"))
CAUGHT = boundary("x", "tx", CANCEL) + user("u") + flow("x", "u")

RULES = [
    ("c", "10.7.1", "an association to one activity for compensation", EVENT),
    ("c", "10.7.1", "but there are 2", EVENT + HANDLER + user("h2", isForCompensation="true") + association("c", "h") + association("c", "h2")),
    ("c", "10.7.1", "but there are 0", EVENT + association("c", "b")),
    ("c", "10.7.1", "but there are 0", EVENT + HANDLER + association("h", "c")),
    ("c", "10.5.4", "instead of flows", EVENT + HANDLER + association("c", "h") + flow("c", "b")),
    ("c2", "10.7.1", "this is another", EVENT + HANDLER + association("c", "h") + boundary("c2", "a", compensate()) + association("c2", "h")),
    ("c2", "10.7.1", "not to be compensated itself", EVENT + HANDLER + association("c", "h") + boundary("c2", "h", compensate()) + association("c2", "h")),
    ("c_m", "13.5.5", "once for each instance", user("m", each("=[1]")) + flow("b", "m") + undone("m", user("undo_m", each("=[1]"), isForCompensation="true"))),
    ("h", "10.7.1", "outside of the flow", EVENT + HANDLER + association("c", "h") + flow("b", "h")),
    ("h", "10.7.1", "would never be done", HANDLER),
    ("h", "", "without boundary events", EVENT + HANDLER + association("c", "h") + boundary("late", "h", "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>") + flow("late", "b")),
    ("h", "10.7.1", "startQuantity", EVENT + user("h", isForCompensation="true", startQuantity="2") + association("c", "h")),
    ("es", "10.5.2", "isInterrupting", handler(isInterrupting="false")),
    ("es2", "10.7.1", "this is another", handler() + handler().replace('"es', '"es2').replace('"es21"', '"es3"')),
    ("t", "10.5.5", "'nobody' is none", throw("t", compensate("nobody")) + flow("b", "t")),
    ("t", "10.5.5", "'x' is none", SUB + throw("t", compensate("x")) + flow("sub", "t")),
    ("t", "10.5.5", "something to compensate in it", throw("t", compensate("a")) + flow("b", "t")),
    ("e1", "10.5.3", "directly in a transaction", end("e1", CANCEL) + flow("b", "e1")),
    ("e1", "10.3.5", "a cancel boundary event on the transaction 'tx'", CANCELLED),
    ("x", "10.5.4", "on a transaction", boundary("x", "a", CANCEL) + flow("x", "b")),
    ("x", "10.5.4", "to interrupt", CANCELLED + CAUGHT.replace('cancelActivity="true"', 'cancelActivity="false"')),
    ("x2", "10.5.4", "this is another", CANCELLED + CAUGHT + boundary("x2", "tx", CANCEL) + flow("x2", "u")),
    ("tx", "10.3.5", "##Store", tx(method="##Store")),
    ("tx", "10.3.5", "without a protocol", tx(protocol="WS-AT")),
    ("tx", "10.3.5", "to be no transaction", tx(triggeredByEvent="true")),
]  # fmt: skip


@pytest.mark.parametrize(("element", "section", "words", "parts"), RULES)
def test_a_model_that_breaks_a_rule_is_refused_by_element_and_section(element, section, words, parts):
    with pytest.raises(Refused) as refused:
        prepare({"m.bpmn": model(BASE, parts)})
    found = [finding for finding in refused.value.findings if words in finding.reason]
    assert {finding.element for finding in found} == {element}, refused.value.findings
    assert f"BPMN 2.0.2, {section})" in found[-1].reason or not section
    assert found[0].german
    assert found[0].german != found[0].reason


SOUND = [
    EVENT + HANDLER + association("c", "h"),
    EVENT + HANDLER + association("c", "h") + boundary("c2", "b", compensate()) + association("c2", "h"),
    SUB + end("t", compensate("sub")) + flow("sub", "t"),
    handler(),
    handler().replace('id="es"', 'id="es" isForCompensation="true"'),
    CANCELLED + CAUGHT,
    tx(method="##Compensate"),
    end("t", compensate()) + flow("b", "t"),
]


@pytest.mark.parametrize("parts", SOUND)
def test_what_keeps_the_rules_is_taken(parts):
    prepare({"m.bpmn": model(BASE, parts)})


def test_large_models_are_looked_at_quickly():
    """A thousand activities with handlers, and as many events that name one: no square of squares."""
    many = range(300)
    activities = "".join(user(f"a{n}") + undone(f"a{n}") + throw(f"t{n}", compensate(f"a{n}")) for n in many)
    line = [name for n in many for name in (f"a{n}", f"t{n}")]
    program = prepare({"m.bpmn": model(start(), activities, path("s", *line, "e"), end())})
    assert len(program.elements) == 2 + 4 * len(many)

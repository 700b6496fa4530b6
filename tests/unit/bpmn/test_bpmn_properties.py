"""Our own properties: known ones are kept, and one that would have no effect is refused with those that have."""

import pytest

from cpm.bpmn import prepare
from rules.xml import Refused
from tests.unit.bpmn.drawing import end, model, path, service, start, user


def properties(**given: str) -> str:
    return "<zeebe:properties>" + _entries(given) + "</zeebe:properties>"


def _entries(given: dict[str, str]) -> str:
    return "".join(
        f'<zeebe:property name="{name.replace("__", ":")}" value="{value}"/>' for name, value in given.items()
    )


def drawn(*, of_process: str = "", of_step: str = "", step=user) -> bytes:
    extensions = f"<bpmn:extensionElements>{of_process}</bpmn:extensionElements>" if of_process else ""
    return model(extensions, start(), step("a", zeebe=of_step), end(), path("s", "a", "e"))


def reason(text: bytes) -> str:
    with pytest.raises(Refused) as caught:
        prepare({"m.bpmn": text})
    (finding,) = caught.value.findings
    assert "xpected" not in finding.told("de")
    return f"{finding.element}: {finding.reason}"


def test_those_of_the_process_stand_on_the_program():
    program = prepare({"m.bpmn": drawn(of_process=properties(cpm__confidential="true", note="x"))})
    assert program.properties == {"cpm:confidential": "true", "note": "x"}
    assert program.elements["a"].properties == {}


def test_a_name_of_another_tool_is_its_own_affair():
    program = prepare({"m.bpmn": drawn(of_step=properties(other__thing="1"))})
    assert program.elements["a"].properties == {"other:thing": "1"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            drawn(of_step=properties(cpm__foureyes="x")),
            "a: Expected a property that has an effect here, one of",
        ),
        (drawn(of_step=properties(cpm__foureyes="x")), "cpm:fourEyes"),
        (drawn(of_process=properties(**{"cpm:attribute:": "money"})), "cpm:attribute:<variable>"),
        (drawn(of_process=properties(**{"cpm:attribute:a b": "money"})), "'cpm:attribute:a b' has none"),
        (drawn(of_process=properties(cpm__stage="facts")), "p: Expected cpm:stage on "),
        (drawn(of_step=properties(cpm__fourEyes="x"), step=service), "on userTask, but it is on serviceTask"),
        (
            drawn(of_step=properties(cpm__fourEyes="")),
            "the ids of the steps it checks, with commas between them, but it is ''",
        ),
        (drawn(of_step=properties(cpm__locked="a, , b")), "commas between them"),
        (drawn(of_process=properties(cpm__confidential="yes")), "true or false, but it is 'yes'"),
    ],
)
def test_one_without_effect_is_refused(text: bytes, said: str):
    assert said in reason(text)


@pytest.mark.parametrize("wrong", ["lines", "=for l in"])
def test_what_another_case_takes_over_is_an_expression(wrong: str):
    assert "cpm:repeat:lines" in reason(drawn(of_process=properties(cpm__repeat__lines=wrong)))
    prepare({"m.bpmn": drawn(of_process=properties(cpm__repeat__lines="=order.lines"))})

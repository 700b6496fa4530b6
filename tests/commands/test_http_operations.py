"""Operations of other systems are deployed beside the process that calls them, and bound to its version."""

from collections.abc import Mapping

import pytest

from cpm.commands import definitions
from cpm.connectors import Call, Done, Outcome
from cpm.errors import Invalid
from tests.commands.conversing import open_case
from tests.world import World

MODEL = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 targetNamespace="t"><process id="ship" isExecutable="true"><startEvent id="begin"/><sequenceFlow id="a" sourceRef="begin" targetRef="find"/>
<serviceTask id="find"><extensionElements><zeebe:taskDefinition type="http.parcels.find"/></extensionElements></serviceTask>
<sequenceFlow id="b" sourceRef="find" targetRef="found"/><endEvent id="found"/></process></definitions>"""
PARCELS = b"""
name = "Parcels"
[operations.find]
name = "Find"
url = "https://api.carrier.example/parcels"
"""


class Heard:
    name = "http"

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __call__(self, call: Call) -> Outcome:
        self.calls.append(call)
        return Done({"state": "found"})


@pytest.fixture
def heard(firm: World) -> Heard:
    found = Heard()
    firm.engine.connectors = {**firm.engine.connectors, "http": found}
    return found


def deploy(firm: World, files: Mapping[str, bytes]) -> None:
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, files)


def test_a_case_calls_what_its_version_was_deployed_with(firm: World, heard: Heard) -> None:
    deploy(firm, {"ship/ship.bpmn": MODEL, "ship/http/parcels.toml": PARCELS})
    open_case(firm, "ship")
    deploy(firm, {"ship/http/parcels.toml": PARCELS.replace(b"/parcels", b"/v2/parcels")})
    firm.drain()
    (call,) = heard.calls
    assert call.operations == {"parcels.toml": PARCELS}


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "Expected the operation find in http/parcels.toml beside the process"),
        ({"ship/http/parcels.toml": PARCELS.replace(b".find]", b".lose]")}, "Expected the operation find"),
        ({"ship/http/parcels.toml": PARCELS + b"retires = 3"}, "operations.find.retires"),
        ({"ship/http/Parcels.toml": PARCELS}, "in small letters"),
        ({"nobody/http/parcels.toml": PARCELS}, "there is no process nobody"),
    ],
)
def test_what_is_not_declared_is_not_deployed(firm: World, files: Mapping[str, bytes], why: str) -> None:
    with pytest.raises(Invalid) as refused:
        deploy(firm, {"ship/ship.bpmn": MODEL, **files})
    assert why in "\n".join(sentence for _, sentence in refused.value.problems)

"""Small processes for these tests, and how a case of one is opened."""

import itertools
from typing import Any

from cpm.commands import cases, customers, definitions, process
from cpm.engine import Engine
from cpm.model import Case

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
             xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:test">
"""


def model(key: str, *elements: str, before: str = "") -> bytes:
    """A file with one process."""
    body = "\n".join(elements)
    return f'{_HEAD}{before}<process id="{key}" isExecutable="true">{body}</process></definitions>'.encode()


def in_a_row(key: str, *elements: str) -> bytes:
    """One after the other, between a start and an end; each is written with `ID` instead of its flows."""
    ids = ["begin", *[_id(element) for element in elements], "finish"]
    flows = [
        f'<sequenceFlow id="f{number}" sourceRef="{one}" targetRef="{other}"/>'
        for number, (one, other) in enumerate(itertools.pairwise(ids))
    ]
    return model(key, '<startEvent id="begin"/>', *elements, '<endEvent id="finish"/>', *flows)


def call(element: str, kind: str, more: str = "") -> str:
    definition = f'<zeebe:taskDefinition type="{kind}"/>'
    return f'<serviceTask id="{element}" name="{element}"><extensionElements>{definition}{more}</extensionElements></serviceTask>'


def timer(element: str, after: str = "PT0S") -> str:
    duration = f'<timeDuration xsi:type="tFormalExpression">{after}</timeDuration>'
    return (
        f'<intermediateCatchEvent id="{element}" name="{element}"><timerEventDefinition id="{element}_t">'
        f"{duration}</timerEventDefinition></intermediateCatchEvent>"
    )


def _id(element: str) -> str:
    return element.partition('id="')[2].partition('"')[0]


def deploy(engine: Engine, files: dict[str, bytes]) -> None:
    with engine.begin("test") as uow:
        definitions.deploy(uow, files)


def open_case(engine: Engine, key: str, **data: Any) -> Case:
    with engine.begin("test") as uow:
        customer = customers.of_address(uow, "crowd@example.org", name="Jonas Probe", language="de")
        case = cases.open_case(
            uow, customer, process=key, subject="Test", channel="email", language="de", data=data
        )
        process.start(uow, case)
    return case

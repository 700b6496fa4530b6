"""Operations as element templates of the Camunda Modeler, so that a designer picks one and fills in its inputs."""

from collections.abc import Iterator
from typing import Any

from cpm.connectors.http.operations import Operation, System

_SCHEMA = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"


def templates(file: str, system: System, language: str) -> Iterator[dict[str, Any]]:
    """One for each operation; `file` is the name of the file without its ending."""
    for operation in system.operations.values():
        yield _template(f"http.{file}.{operation.key}", system.name[language], operation, language)


def _template(type_: str, system: str, operation: Operation, language: str) -> dict[str, Any]:
    results = ", ".join(operation.result) or "-"
    codes = ", ".join(failure.code for failure in operation.failures) or "-"
    return {
        "$schema": _SCHEMA,
        "name": f"{system}: {operation.name[language]}",
        "id": f"cpm.{type_}",
        "version": 1,
        "description": f"{operation.method} {operation.url} | {results} | {codes}"[:1000],
        "appliesTo": ["bpmn:Task", "bpmn:ServiceTask"],
        "elementType": {"value": "bpmn:ServiceTask"},
        "properties": [
            {
                "type": "Hidden",
                "value": type_,
                "binding": {"type": "zeebe:taskDefinition", "property": "type"},
            },
            *(
                _input(name, label[language], must=name not in operation.optional)
                for name, label in operation.inputs.items()
            ),
            *(_output(name) for name in operation.result),
        ],
    }


def _input(name: str, label: str, *, must: bool) -> dict[str, Any]:
    binding = {"type": "zeebe:input", "name": name}
    found = {"label": label, "type": "String", "binding": binding, "feel": "optional"}
    return {**found, "constraints": {"notEmpty": True}} if must else {**found, "optional": True}


def _output(name: str) -> dict[str, Any]:
    """The variable that gets the result; empty: nobody needs it."""
    binding = {"type": "zeebe:output", "source": f"={name}"}
    return {"label": f"\u2192 {name}", "type": "String", "binding": binding, "value": name, "optional": True}

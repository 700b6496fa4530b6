"""Which variables stand behind a step, and which of them a person may put right."""

from collections.abc import Mapping
from typing import Any

from cpm.bpmn import Program
from cpm.library import Bundle
from cpm.model import Case, Incident, JobKind
from cpm.queries import drift, variables
from cpm.uow import UnitOfWork

#: What the engine itself says of a case. A message finds its case by one of them, decisions trust the others.
ENGINES_OWN = frozenset(
    {
        "case_no",
        "process",
        "channel",
        "customer_id",
        "customer_kind",
        "customer_status",
        "customer_value",
        "goodwill_count_12m",
        "firm",
        "due",
        "outcome",
    }
)


def locked(uow: UnitOfWork, case: Case) -> frozenset[str]:
    """What no remedy changes: the engine's own, and what the model says an approval stands on (cpm:locked)."""
    return locked_by(uow.bundle(case))


def locked_by(bundle: Bundle) -> frozenset[str]:
    return locked_of(bundle.program)


def locked_of(program: Program) -> frozenset[str]:
    lists = [element.properties.get("cpm:locked", "") for element in program.elements.values()]
    return ENGINES_OWN | {name.strip() for names in lists for name in names.split(",") if name.strip()}


def letter(incident: Incident) -> bool:
    """Whether it is about a message that somebody wrote and that did not leave."""
    return incident.job is not None and incident.job.kind == JobKind.LETTER


def known(uow: UnitOfWork, incident: Incident) -> Mapping[str, Any]:
    """What stands in the variables that may be put right: the case's, or the addresses of a message."""
    if incident.job is None or not letter(incident):
        return variables.of_case(uow, incident.case)
    inputs = incident.job.payload["inputs"]
    return {name: ", ".join(inputs.get(name) or ()) for name in ("to", "cc")}


def correctable(uow: UnitOfWork, incident: Incident) -> frozenset[str]:
    """What the step that stands still reads: its mappings, its decision's facts, or the fields of its form."""
    if letter(incident):
        return frozenset({"to", "cc"})
    if drift.is_one(incident):
        return frozenset({drift.KEEP})
    bundle = uow.bundle(incident.case)
    names: set[str] = set()
    if (element := bundle.program.elements.get(incident.element or "")) is not None:
        names |= element.reads
        if (table := bundle.decisions.get(element.decision or "")) is not None:
            names |= set(table.model.decisions[element.decision or ""].inputs)
    held = incident.held_task
    if held is not None and (form := uow.form(held)) is not None:
        names |= {field.key for field in form.fields}
    return frozenset(names) - locked(uow, incident.case)


def results(uow: UnitOfWork, incident: Incident) -> frozenset[str]:
    """What the step writes by its model."""
    element = uow.bundle(incident.case).program.elements.get(incident.element or "")
    return element.writes if element else frozenset()

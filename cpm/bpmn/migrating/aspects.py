"""What the model says of an element, aspect by aspect, as text: what is told when one of them is another in the new version.

An aspect of many things has its name and that of the thing, such as `header:subject`. A fact that holds is there with
no text.
"""

from collections.abc import Iterator

from cpm.bpmn.formula import Formula
from cpm.bpmn.migrating.layout import Spot
from cpm.bpmn.model import AdHoc, Event, Extensions, Loop
from cpm.bpmn.nodes.activities import CallActivity
from cpm.bpmn.program import Program


def aspects(spot: Spot, program: Program) -> dict[str, str]:
    node = spot.node
    found = dict(_said(_extensions(node.zeebe)))
    found |= dict(_many(node.zeebe))
    found |= dict(_said(_loop(node.loop))) if node.loop else {}
    found |= dict(_said(_ad_hoc(node.ad_hoc))) if node.ad_hoc else {}
    found |= _events(node.event.parts()) if node.event else {}
    found |= dict(_said({"activation": node.activation, "lane": node.lane}))
    found |= {name: str(many) for name, many in (("needs", node.needs), ("gives", node.gives)) if many != 1}
    found |= {name: "" for name, holds in _facts(spot) if holds}
    if embedded := program.embedded.get(node.zeebe.form_id or ""):
        found["fields"] = embedded
    return found


def _facts(spot: Spot) -> Iterator[tuple[str, bool]]:
    node = spot.node
    yield "together", node.together
    yield "interrupts", node.interrupting and node.kind in {"boundaryEvent", "startEvent"}
    if isinstance(spot.kernel, CallActivity):
        yield from (("all_in", node.zeebe.all_in), ("all_out", node.zeebe.all_out))
    if node.loop:
        yield "asks_first", node.loop.asks_first
    if node.ad_hoc:
        yield from (("one_at_a_time", node.ad_hoc.sequential), ("cancels", node.ad_hoc.cancels))


Said = dict[str, Formula | str | None]


def _said(given: Said) -> Iterator[tuple[str, str]]:
    for name, value in given.items():
        text = value.text if isinstance(value, Formula) else value
        if text:
            yield name, text


def _extensions(zeebe: Extensions) -> Said:
    return {
        "type": zeebe.task_type,
        "retries": zeebe.retries,
        "form": zeebe.form_id,
        "assignee": zeebe.assignee,
        "groups": zeebe.groups,
        "users": zeebe.users,
        "due": zeebe.due,
        "follow_up": zeebe.follow_up,
        "priority": zeebe.priority,
        "decision": zeebe.decision,
        "script": zeebe.script,
        "result": zeebe.result,
        "process": zeebe.process,
    }


def _many(zeebe: Extensions) -> Iterator[tuple[str, str]]:
    yield from ((f"input:{name}", formula.text) for name, formula in zeebe.inputs)
    yield from ((f"output:{name}", formula.text) for name, formula in zeebe.outputs)
    yield from ((f"header:{name}", text) for name, text in zeebe.headers.items())
    yield from ((f"property:{name}", text) for name, text in zeebe.properties.items())


def _loop(loop: Loop) -> Said:
    return {
        "collection": loop.collection,
        "cardinality": loop.cardinality,
        "item": loop.element,
        "collected": loop.output,
        "collected_value": loop.output_element,
        "until": loop.until,
        "again": loop.again,
        "most": str(loop.most or ""),
        "thrown": ", ".join(f"{each.event.kind} {each.event.name}".strip() for each in loop.events),
    }


def _ad_hoc(how: AdHoc) -> Said:
    return {
        "begun_first": how.first,
        "until": how.until,
        "collected": how.output,
        "collected_value": how.output_element,
    }


def _events(parts: tuple[Event, ...]) -> dict[str, str]:
    """Of a multiple event, what it says of each thing together."""
    found: dict[str, list[str]] = {}
    for part in parts:
        for name, text in _said(_event(part)):
            found.setdefault(name, []).append(text)
    return {name: ", ".join(texts) for name, texts in found.items()}


def _event(event: Event) -> Said:
    told = event.value or event.name
    match event.kind:
        case "timer":
            return {"timer": event.value, "timer_kind": event.timer}
        case "message":
            return {"message": told, "key": event.key}
        case "signal":
            return {"signal": told}
        case "error" | "escalation":
            return {"code": event.value or event.code}
        case "conditional":
            return {"asks": event.value, "watched": ", ".join(sorted(event.watched))}
        case "link" | "compensation":
            return {"link": event.name, "undoes": event.activity}
    return {}

"""What instances throw as they complete, for the boundary of their activity (BPMN 2.0.2, 10.3.8, `behavior`)."""

from collections.abc import Mapping
from typing import Any

from cpm.bpmn.catching import catcher, fire
from cpm.bpmn.happened import Signalled
from cpm.bpmn.model import Event, InstanceEvent
from cpm.bpmn.nodes.events import name_of
from cpm.bpmn.nodes.settled import truth
from cpm.bpmn.spiff import Token
from cpm.bpmn.step import Raised
from cpm.bpmn.throwing import hear


def due(
    events: tuple[InstanceEvent, ...], instance: Token, counters: Mapping[str, Any], *, first: bool
) -> list[InstanceEvent]:
    """Those that this instance throws."""
    return [each for each in events if (first or not each.first) and _holds(each, instance, counters)]


def settled(instance: Token, event: Event) -> list[str]:
    """As it is kept until the instance has left: the kind, the signal's name or the escalation's code, its name."""
    if event.kind == "signal":
        return ["signal", name_of(instance, event), ""]
    return ["escalation", event.code or "", event.name]


def throw(body: Token, kind: str, code: str, name: str) -> None:
    runner = body.runner
    if kind == "signal":
        runner.note("signalled", body, code)
        runner.signals.append(Signalled(code, {}))
        hear(runner, code, {})
        return
    caught = catcher(body, "escalation", code)
    if caught is None:
        runner.escalations.append(Raised(body.task_spec.element, code, name))
    else:
        runner.note("escalated", caught, code)
        fire(runner, caught, {})


def _holds(each: InstanceEvent, instance: Token, counters: Mapping[str, Any]) -> bool:
    if each.condition is None:
        return True
    return truth(instance, each.condition, "the behavior's condition", counters, lenient=instance.lenient)

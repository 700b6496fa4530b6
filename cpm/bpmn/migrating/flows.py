"""The flows into a gateway at which tokens wait: which of the old ones is which of the new."""

from collections.abc import Iterator, Mapping

from cpm.bpmn.migrating.layout import Layout, Spot
from cpm.bpmn.migrating.plan import Plan
from cpm.bpmn.nodes.node import Kernel
from cpm.bpmn.program import Program


def flows_between(old: Spot, new: Spot, plan: Plan, before: Layout, after: Layout) -> Mapping[str, str]:
    """Old flow -> new flow, each once: as the plan says, by its id, by where it comes from, or as the only one left."""
    found: dict[str, str] = {}
    into = list(new.outer.incoming)
    for flow in old.outer.incoming:
        for wanted in (plan.flows.get(flow), flow):
            if wanted in into and wanted not in found.values():
                found[flow] = wanted
                break
    for old_flow, source in _sources(before.program, old):
        if old_flow not in found:
            key = plan.elements.get(before.key(old.scope, source))
            fits = [flow for flow in _left(into, found) if _comes_from(after, new, flow, key)]
            if len(fits) == 1:
                found[old_flow] = fits[0]
    lost = [flow for flow in old.outer.incoming if flow not in found]
    left = _left(into, found)
    if len(lost) == len(left) == 1:
        found[lost[0]] = left[0]
    return found


def _left(into: list[str], found: Mapping[str, str]) -> list[str]:
    return [flow for flow in into if flow not in found.values()]


def _sources(program: Program, join: Spot) -> Iterator[tuple[str, str]]:
    """Each flow into it, with the element it comes from."""
    for kernel in program.specs[join.scope].task_specs.values():
        for way in kernel.ways if isinstance(kernel, Kernel) else ():
            if way.id in join.outer.incoming:
                yield way.id, kernel.element


def _comes_from(after: Layout, join: Spot, flow: str, key: str | None) -> bool:
    """Does the flow lead on from that element, directly or over others?"""
    sources = dict(_sources(after.program, join))
    before: dict[str, set[str]] = {}
    for kernel in after.program.specs[join.scope].task_specs.values():
        if isinstance(kernel, Kernel):
            for way in kernel.ways:
                before.setdefault(way.target.partition("~")[0], set()).add(kernel.element)
            if kernel.node.host:
                before.setdefault(kernel.element, set()).add(kernel.node.host)
    todo, seen = [sources[flow]], {join.element}
    while todo:
        element = todo.pop()
        if element not in seen:
            if after.key(join.scope, element) == key:
                return True
            seen.add(element)
            todo += before.get(element, ())
    return False

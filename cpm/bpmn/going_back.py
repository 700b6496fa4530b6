"""What stands behind a step, so that the step can be done again: those places are taken away as it begins anew."""

from collections.abc import Iterator
from dataclasses import dataclass

from cpm.bpmn.nodes.node import Kernel
from cpm.bpmn.outline import Place, outline
from cpm.bpmn.places import Elsewhere
from cpm.bpmn.program import Program

#: Beside the way: they go with what they wait at.
_BESIDE = frozenset({"boundaryEvent", "startEvent"})


@dataclass(frozen=True, slots=True)
class Behind:
    elements: frozenset[
        str
    ]  #: all that the process can come to from the step, in its own scope and in what is begun there
    places: tuple[Place, ...]  #: where it stands of those
    alone: bool  #: the step's scope runs once


def behind(program: Program, state: bytes, element: str, elsewhere: Elsewhere | None = None) -> Behind | None:
    """None for an element that nobody drew; raises UnreadableState."""
    key = next((key for key, scope in program.specs.items() if element in scope.task_specs), None)
    if key is None:
        return None
    after = _after(program, key, element)
    found = list(_standing(outline(program, state, elsewhere), after, alone=True))
    inside = {each for host in after for each in _inside(program, key, host)}
    return Behind(
        frozenset(after | inside), tuple(place for place, _ in found), all(once for _, once in found)
    )


def _after(program: Program, key: str, element: str) -> set[str]:
    """By the flows, and over what waits at the side of an activity."""
    kernels = [one for one in program.specs[key].task_specs.values() if isinstance(one, Kernel)]
    leads: dict[str, set[str]] = {}
    for kernel in kernels:
        leads.setdefault(kernel.element, set()).update(way.target.partition("~")[0] for way in kernel.ways)
        if kernel.node.host:
            leads.setdefault(kernel.node.host, set()).add(kernel.element)
    reached: set[str] = set()
    todo = [*leads.get(element, ())]
    while todo:
        each = todo.pop()
        if each not in reached:
            reached.add(each)
            todo += leads.get(each, ())
    return reached


def _inside(program: Program, key: str, host: str) -> Iterator[str]:
    """What is drawn in a subprocess or a called process."""
    inner = getattr(program.specs[key].task_specs.get(host), "inside", None)
    if isinstance(inner, str) and inner in program.specs:
        for name in program.specs[inner].task_specs:
            if "~" not in name:
                yield name
                yield from _inside(program, inner, name)


def _standing(places: tuple[Place, ...], after: set[str], *, alone: bool) -> Iterator[tuple[Place, bool]]:
    """The outermost that stand behind, each with whether nothing around it is one of several instances."""
    for place in places:
        if place.element in after and place.kind not in _BESIDE:
            yield place, alone
        else:
            yield from _standing(place.inside, after, alone=alone and place.instance is None)

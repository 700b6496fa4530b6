"""Which called process of the old version is which of the new one."""

from cpm.bpmn.binding import bare
from cpm.bpmn.migrating.layout import Layout, Spot
from cpm.bpmn.nodes.activities import CallActivity


def same_roots(before: Layout, after: Layout) -> dict[str, str]:
    """Old root -> new root: the process itself, those called with the same id, whichever version, and what the same call
    activity calls now.
    """
    found = {before.program.process: after.program.process}
    roots = dict.fromkeys(spot.root for spot in after.spots.values())
    for root in dict.fromkeys(spot.root for spot in before.spots.values()):
        same = [each for each in roots if bare(each) == bare(root)]
        if root not in found and same:
            found[root] = root if root in same else same[0]
    todo = list(found)
    while todo:
        root = todo.pop()
        for call in _calls(before, root):
            other = after.spots.get(after.key(found[root], call.element))
            if other and isinstance(other.kernel, CallActivity) and _inside(call) not in found:
                found[_inside(call)] = _inside(other)
                todo.append(_inside(call))
    return found


def _calls(layout: Layout, root: str) -> list[Spot]:
    return [
        spot for spot in layout.spots.values() if spot.root == root and isinstance(spot.kernel, CallActivity)
    ]


def _inside(call: Spot) -> str:
    assert isinstance(call.kernel, CallActivity)
    return call.kernel.inside

"""What is wrong with a plan, whatever a case stands at."""

from collections.abc import Iterator

from cpm.bpmn.findings import Reason
from cpm.bpmn.migrating.kinds import mismatch, only_if_failed
from cpm.bpmn.migrating.layout import Layout, Spot
from cpm.bpmn.migrating.plan import Plan
from cpm.bpmn.program import Program


def problems(old: Program, new: Program, plan: Plan) -> tuple[Reason, ...]:
    before, after = Layout(old), Layout(new)
    return tuple(_problems(before, after, plan))


def _problems(before: Layout, after: Layout, plan: Plan) -> Iterator[Reason]:
    for key, target in plan.elements.items():
        one, other = before.spots.get(key), after.spots.get(target)
        if one is None:
            yield _unknown(key, "old", "alten")
        elif other is None:
            yield _unknown(target, "new", "neuen")
        elif reason := _other(one, other) or _at_another(before, after, plan, one, other):
            yield reason
    for named, what in ((plan.anew, "anew"), (plan.forgotten, "forgotten")):
        yield from (
            _unknown(key, "old", "alten") for key in sorted(named) if key not in before.spots and what
        )


def _other(old: Spot, new: Spot) -> Reason | None:
    return None if only_if_failed(old, new) else mismatch(old, new)


def _at_another(before: Layout, after: Layout, plan: Plan, old: Spot, new: Spot) -> Reason | None:
    """A boundary event stays at its activity."""
    if old.node.host is None or new.node.host is None:
        return None
    host = plan.elements.get(before.key(old.scope, old.node.host))
    if host == after.key(new.scope, new.node.host):
        return None
    return Reason(
        f"Expected the boundary event {old.name!r} to be mapped to one of the same activity, but {new.name!r} is at another.",
        f"Das Randereignis „{old.name}“ gehört zu einer anderen Aktivität als „{new.name}“.",
    )


def _unknown(key: str, which: str, welche: str) -> Reason:
    return Reason(
        f"Expected an element {key!r} in the {which} version, but there is none.",
        f"In der {welche} Version gibt es kein Element {key!r}.",
    )

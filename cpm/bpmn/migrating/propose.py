"""Which element of the old version is which of the new one: by id, and what is left by what it looks like."""

from collections.abc import Iterator, Mapping
from itertools import chain

from cpm.bpmn.findings import Reason
from cpm.bpmn.migrating.flows import flows_between
from cpm.bpmn.migrating.guessing import Guessing
from cpm.bpmn.migrating.kinds import mismatch, only_if_failed
from cpm.bpmn.migrating.layout import Layout, Spot
from cpm.bpmn.migrating.plan import Doubt, Plan
from cpm.bpmn.migrating.roots import same_roots
from cpm.bpmn.nodes.gateways import Join
from cpm.bpmn.program import Program


def propose(old: Program, new: Program) -> Plan:
    """What is sure goes without a word; each guess is a doubt, for somebody to look at."""
    before, after = Layout(old), Layout(new)
    roots = same_roots(before, after)
    pairs = dict(_by_id(before, after, roots))
    doubts = [
        _only_failed(spot, after.spots[pairs[spot.key]]) for spot in _of_other_kind(before, after, pairs)
    ]
    guessed = Guessing(before, after, pairs, roots).all()
    for key in [key for key, other in pairs.items() if _lost_its_host(before, after, pairs, key, other)]:
        del pairs[key]
    doubts += [
        _guess(before.spots[one], after.spots[other])
        for one, other in guessed
        if not _plain(before.spots[one])
    ]
    elements = {key: pairs[key] for key in before.spots if key in pairs}
    plan = Plan(elements)
    flows = dict(_flows(before, after, plan))
    return Plan(
        elements, tuple(chain(doubts, _flow_doubts(before, flows))), {f: t for f, t in flows.items() if t}
    )


def _by_id(before: Layout, after: Layout, roots: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, spot in before.spots.items():
        other = after.spots.get(after.key(roots[spot.root], spot.element)) if spot.root in roots else None
        if other and (mismatch(spot, other) is None or only_if_failed(spot, other)):
            yield key, other.key


def _lost_its_host(before: Layout, after: Layout, pairs: Mapping[str, str], key: str, other: str) -> bool:
    """A boundary event whose activity is another now is another too."""
    old, new = before.spots[key], after.spots[other]
    if old.node.host is None or new.node.host is None:
        return False
    return pairs.get(before.key(old.scope, old.node.host)) != after.key(new.scope, new.node.host)


def _of_other_kind(before: Layout, after: Layout, pairs: Mapping[str, str]) -> list[Spot]:
    return [
        before.spots[key] for key, other in pairs.items() if mismatch(before.spots[key], after.spots[other])
    ]


def _flows(before: Layout, after: Layout, plan: Plan) -> Iterator[tuple[str, str | None]]:
    """Flows at joins that are no more what they were, each with the only one that is left for it, or None."""
    for key, other in plan.elements.items():
        old, new = before.spots[key], after.spots[other]
        if isinstance(old.kernel, Join) and isinstance(new.kernel, Join) and len(old.outer.incoming) > 1:
            sure = flows_between(old, new, plan, before, after)
            lost = [flow for flow in old.outer.incoming if flow not in sure]
            left = [flow for flow in new.outer.incoming if flow not in sure.values()]
            only = left[0] if len(lost) == len(left) == 1 else None
            yield from ((flow, only) for flow in lost)


def _flow_doubts(before: Layout, flows: Mapping[str, str | None]) -> Iterator[Doubt]:
    for spot in before.spots.values():
        for flow in spot.outer.incoming:
            if flow in flows:
                yield _flow_doubt(spot, flow, flows[flow])


def _plain(spot: Spot) -> bool:
    """Is it an event at which nothing ever waits?"""
    return spot.node.kind in {"startEvent", "endEvent"} and (
        spot.node.event is None or spot.node.event.kind == "none"
    )


def _guess(old: Spot, new: Spot) -> Doubt:
    reason = Reason(
        f"Expected {old.name!r} ({old.element}) to be in the new version, but its id is gone; {new.name!r} ({new.element}) looks like it.",
        f"„{old.name}“ ({old.element}) gibt es in der neuen Version nicht mehr; „{new.name}“ ({new.element}) sieht aus, als wäre es dasselbe.",
    )
    return Doubt(old.key, new.key, reason)


def _only_failed(old: Spot, new: Spot) -> Doubt:
    reason = mismatch(old, new)
    assert reason is not None, "it is of another kind"
    return Doubt(
        old.key,
        new.key,
        Reason(
            f"{reason.english} Only what has failed there can go on, as it is tried again.",
            f"{reason.german} Nur was dort gescheitert ist, kann weitergehen, nämlich wenn es noch einmal versucht wird.",
        ),
    )


def _flow_doubt(join: Spot, flow: str, only: str | None) -> Doubt:
    if only is None:
        reason = Reason(
            f"Expected the flow {flow!r} to lead to {join.name!r} still, but it does not: what came on it and waits there has no place.",
            f"Der Sequenzfluss {flow!r} führt nicht mehr zu „{join.name}“: Was darüber kam und dort wartet, hat keinen Platz.",
        )
    else:
        reason = Reason(
            f"Expected the flow {flow!r} to lead to {join.name!r} still, but it does not; {only!r} is the only one that may be it.",
            f"Der Sequenzfluss {flow!r} führt nicht mehr zu „{join.name}“; nur {only!r} könnte derselbe sein.",
        )
    return Doubt(join.key, only, reason)

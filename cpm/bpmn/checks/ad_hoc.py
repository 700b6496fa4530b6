"""What may be in an ad-hoc subprocess (BPMN 2.0.2, 10.3.5)."""

from collections.abc import Iterator

from cpm.bpmn.findings import Reason
from cpm.bpmn.model import Scope
from cpm.bpmn.vocabulary import ACTIVITIES
from cpm.bpmn.words import german

_EMPTY = Reason(
    "Expected an activity in the ad-hoc subprocess, but there is none.",
    "Ein Ad-hoc-Teilprozess enthält mindestens eine Aktivität, dieser hat keine.",
    "10.3.5",
)
_UNREACHABLE = Reason(
    "Expected something to choose in the ad-hoc subprocess, but a flow leads to all that is in it.",
    "In diesem Ad-hoc-Teilprozess gibt es nichts zu wählen: Zu allem, was darin ist, führt ein Sequenzfluss.",
)


def ad_hoc_problems(scope: Scope) -> Iterator[Reason]:
    for node in scope.nodes.values():
        if node.kind in {"startEvent", "endEvent"}:
            yield Reason(
                f"Expected no {node.kind} in an ad-hoc subprocess, but {node.id!r} is one.",
                f"In einem Ad-hoc-Teilprozess gibt es kein {german(node.kind)}, {node.id!r} ist eins.",
                "10.3.5",
            )
    if not any(node.kind in ACTIVITIES and not node.by_event for node in scope.nodes.values()):
        yield _EMPTY
    elif not scope.choosable():
        yield _UNREACHABLE

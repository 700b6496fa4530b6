"""May a token at one element become one at another? Only at an element of the same kind, where it means the same."""

from cpm.bpmn.findings import Reason
from cpm.bpmn.migrating.layout import Spot
from cpm.bpmn.model import Loop, Node
from cpm.bpmn.nodes.activities import SubProcess
from cpm.bpmn.words import german, german_event


def mismatch(old: Spot, new: Spot) -> Reason | None:
    """Why no token can go from one to the other."""
    if type(old.kernel) is not type(new.kernel) or _event(old.node) != _event(new.node):
        return _other_kind(old, new)
    if old.node.for_compensation != new.node.for_compensation:
        return _other_role(old, new)
    if _repetition(old.node.loop) != _repetition(new.node.loop):
        return _other_loop(old, new)
    return None


def only_if_failed(old: Spot, new: Spot) -> bool:
    """May what has failed at one be tried again at the other, though it is of another kind?"""
    plain = all(
        each.node.loop is None and not is_scope(each) and each.node.host is None for each in (old, new)
    )
    same_role = old.node.for_compensation == new.node.for_compensation
    return plain and same_role and not _waits_beside(old) and not _waits_beside(new) and not new.kernel.joins


def _waits_beside(spot: Spot) -> bool:
    return spot.kernel.chooses or spot.node.kind in {"startEvent", "boundaryEvent"}


def is_scope(spot: Spot) -> bool:
    return isinstance(spot.kernel, SubProcess)


def said(node: Node) -> tuple[str, str]:
    """What it is, in English and German."""
    if node.event is not None and node.event.kind != "none":
        return (
            f"{node.event.kind} {_words(node.kind)}",
            f"{german(node.kind)} ({german_event(node.event.kind)})",
        )
    if node.by_event:
        return "event subprocess", "Ereignis-Teilprozess"
    return _words(node.kind), german(node.kind)


def _words(kind: str) -> str:
    """`userTask` as "user task"."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind)


def _event(node: Node) -> tuple[str, bool]:
    return ("none", False) if node.event is None else (node.event.kind, node.event.all_of)


def _repetition(loop: Loop | None) -> object:
    return None if loop is None else (loop.standard, loop.sequential)


def _other_kind(old: Spot, new: Spot) -> Reason:
    (was, war), (becomes, wird) = said(old.node), said(new.node)
    return Reason(
        f"Expected to map {old.name!r} to an element of the same kind, but it is a {was} and {new.name!r} a {becomes}.",
        f"„{old.name}“ und „{new.name}“ sind nicht von derselben Art: {war} und {wird}.",
    )


def _other_role(old: Spot, new: Spot) -> Reason:
    return Reason(
        f"Expected {old.name!r} and {new.name!r} both to undo something or both not to, but one does.",
        f"„{old.name}“ und „{new.name}“: Nur eins von beiden macht etwas rückgängig.",
    )


def _other_loop(old: Spot, new: Spot) -> Reason:
    return Reason(
        f"Expected {old.name!r} and {new.name!r} to be repeated in the same way, but they are not "
        f"({_how_often(old.node.loop)[0]} and {_how_often(new.node.loop)[0]}).",
        f"„{old.name}“ und „{new.name}“ werden nicht gleich oft ausgeführt "
        f"({_how_often(old.node.loop)[1]} und {_how_often(new.node.loop)[1]}).",
    )


def _how_often(loop: Loop | None) -> tuple[str, str]:
    if loop is None:
        return "once", "einmal"
    if loop.standard:
        return "in a loop", "in einer Schleife"
    if loop.sequential:
        return "several times, one after another", "mehrfach nacheinander"
    return "several times at once", "mehrfach zugleich"

"""What was done and can be undone: written down as activities complete (BPMN 2.0.2, 10.7 and 13.5.5).

A record is [name of the activity's node, its number, the records of what was done inside it]. Only activities that
something undoes leave one. Records lie in order of completion: with their scope (`tree.data`), with the body whose
instances are not all over yet, with the subprocess that is being left, or with the token that undoes them. The
variables that the undoing will see stay behind as the node's scope. What is undone, or never will be, is forgotten.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cpm.bpmn.formula import Trouble
from cpm.bpmn.spiff import Token

if TYPE_CHECKING:
    from cpm.bpmn.runner import Runner

Record = list[Any]
UNDOABLE = "undoable"  #: where records lie
UNDO = "~undo"  #: name of the node that undoes what was done in its scope; see undoing.py

#: Records of one case. All are read and kept at every step, so that a loop must not make them without end.
MOST_UNDOABLE = 10_000


@dataclass(frozen=True, slots=True)
class Undoing:
    """How an activity is undone."""

    by: str  #: name of the node that does it
    inside: bool = False  #: what was done in the subprocess is undone, in there
    always: bool = True  #: even if nothing was done in there
    keeps: frozenset[str] = frozenset()  #: variables of an instance that tell which one it was


def make_room(token: Token) -> None:
    """Trouble if an activity that something undoes would be one too many to be remembered, unless a person helps it on."""
    if not token.lenient and _known(token.runner) >= MOST_UNDOABLE:
        raise Trouble(
            "too_much_to_undo",
            f"Expected at most {MOST_UNDOABLE} completed activities to be kept for compensation, but there are more.",
        )


def remember(token: Token) -> None:
    """The token has left: write down what can be undone. What was skipped was not done."""
    data, undoing = token.internal_data, token.task_spec.undoing
    if undoing is None and UNDOABLE not in data:
        return
    inside = data.pop(UNDOABLE, [])
    holder = token.parent.internal_data if "i" in data else token.workflow.data
    if token.task_spec.is_body:
        if inside:
            holder.setdefault(UNDOABLE, []).extend(inside)
    elif undoing and (inside or undoing.always) and not data.keys() & {"skipped", "undoes", "undone"}:
        _keep_variables(token, undoing)
        holder.setdefault(UNDOABLE, []).append([token.task_spec.name, token.id, inside])
        count(token.runner, 1)
    else:
        discard(token.runner, inside)


def carry_out(tree: Any) -> None:
    """A subprocess or process has ended: what was done in it goes with the token that stands for it."""
    host, records = tree.host, tree.data.pop(UNDOABLE, [])
    undoing = host.task_spec.undoing if host is not None else None
    if undoing is None or not undoing.inside:
        discard(tree.runner, records)
        return
    if records:
        host.internal_data[UNDOABLE] = records
    if "undone" in tree.data:
        host.internal_data["undone"] = True


def discard(runner: "Runner", records: list[Record]) -> None:
    for _, node, inside in records:
        runner.variables.drop(str(node))
        discard(runner, inside)
    count(runner, -len(records))


def take(token: Token) -> list[Record]:
    """All that was done in an activity that is still running, which will be withdrawn."""
    if token.task_spec.name == UNDO:
        return remaining(token)
    runner = token.runner
    records: list[Record] = token.internal_data.pop(UNDOABLE, [])
    for child in token.children:
        records += take(child) if "i" in child.internal_data else []
    inner = runner.tree.subprocesses.get(token.id)
    again = f"{token.task_spec.element}~undo"
    if inner is not None and again in token.workflow.spec.task_specs:
        inside = take_inside(inner)
        if inside or (inner.spec.undone_by and "undone" not in inner.data):
            token.kept = True
            records.append([again, token.id, inside])
            count(runner, 1)
    return records


def take_inside(tree: Any) -> list[Record]:
    records: list[Record] = tree.data.pop(UNDOABLE, [])
    for token in tree.live():
        records += [] if token.hangs else take(token)
    return records


def remaining(token: Token, *, present: bool = True) -> list[Record]:
    """What is not undone yet, with what is left in there; the one that is being undone among it, if it may begin anew."""
    records: list[Record] = token.internal_data[UNDOABLE]
    token.internal_data[UNDOABLE] = []
    for handler in token.children:
        record = records[-1]
        inner = token.runner.tree.subprocesses.get(handler.id)
        if not record[1]:
            discard(token.runner, [records.pop()])
            if present:
                del token.workflow.data["undone"]
        elif inner is not None and handler.task_spec.reopens:
            record[2] = inner.data.pop(UNDOABLE, [])
            for each in inner.live():
                record[2] += remaining(each, present=present) if each.task_spec.name == UNDO else []
            if not present and ("undone" in inner.data or not record[2]):
                discard(token.runner, [records.pop()])
        elif not present:
            discard(token.runner, [records.pop()])
    return records


def leave_rest(tree: Any) -> None:
    """What undoes in this scope is ended with all else: the rest can still be undone. What was just being undone cannot,
    it has failed or was terminated (13.5.5).
    """
    for token in tree.live():
        if token.task_spec.name == UNDO and not token.hangs:
            tree.data.setdefault(UNDOABLE, [])[:0] = remaining(token, present=False)


def count(runner: "Runner", more: int) -> None:
    if runner.undoable is not None:
        runner.undoable += more


def _known(runner: "Runner") -> int:
    """Counted once a step, and only if something is to be remembered."""
    if runner.undoable is None:
        lists = [token.internal_data.get(UNDOABLE, []) for token in runner.tokens.values()]
        lists += [tree.data.get(UNDOABLE, []) for tree in (runner.tree, *runner.tree.subprocesses.values())]
        runner.undoable = sum(map(_size, lists))
    return runner.undoable


def _size(records: list[Record]) -> int:
    return len(records) + sum(_size(inside) for _, _, inside in records)


def _keep_variables(token: Token, undoing: Undoing) -> None:
    """Of a subprocess what was local to it ("snapshot data"); of an instance, which one it was."""
    token.kept = True
    if not undoing.inside:
        variables, scope = token.runner.variables, str(token.id)
        own = variables.get(scope)
        kept = {name: own[name] for name in sorted(undoing.keeps) if name in own}
        variables.drop(scope)
        variables.local(scope, kept)

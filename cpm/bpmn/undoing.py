"""Undoes what was done, one activity after another, the last first (BPMN 2.0.2, 13.5.5).

In the scope to be undone stands a token at the node `~undo`, which holds the records and at which the present handler
hangs. `by` is the event that waits for it. A compensation event subprocess takes the place of all records of its scope.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from cpm.bpmn import catching
from cpm.bpmn.compensation import UNDO, UNDOABLE, Record, count, discard, remaining, take, take_inside
from cpm.bpmn.spiff import Token
from cpm.bpmn.step import Trace

if TYPE_CHECKING:
    from cpm.bpmn.runner import Runner


def throw(token: Token, activity: str | None, *, awaited: bool) -> bool:
    """Begin to undo the activity, or all that is seen from this event; False if there is nothing to undo.

    From an event subprocess one sees what was done in it, and then what was done in the scope that it stands in.
    """
    trees = [token.workflow]
    host = token.workflow.host
    if host is not None and host.task_spec.node.by_event:
        trees.append(host.workflow)
    return _begin(token.runner, token.workflow, trees, activity, token.id if awaited else 0)


def undo_inside(tree: Any) -> bool:
    """A subprocess that had completed was opened again to be undone; False if nothing is left to do."""
    return _begin(tree.runner, tree, [tree], None, 0)


def stop_all_else(token: Token) -> None:
    """A transaction is cancelled: all that runs in it is stopped, in all its instances; what was done can be undone."""
    tree, runner = token.workflow, token.runner
    records = take_inside(tree)
    for other in tree.live():
        if other is not token and not other.hangs:
            runner.withdraw(other)
    if records:
        tree.data[UNDOABLE] = records
    if "i" in tree.host.internal_data:
        runner.parts.unfold(tree.host.parent)
    for other in tree.host.parent.children if "i" in tree.host.internal_data else ():
        if "i" in other.internal_data and other is not tree.host:
            tree.host.parent.internal_data.setdefault(UNDOABLE, []).extend(take(other))
            runner.withdraw(other)


def undo_instances(token: Token) -> bool:
    """Undo what was done in the other instances of a cancelled transaction; False if there is nothing."""
    instance = token.workflow.host
    records = instance.parent.internal_data.pop(UNDOABLE, []) if "i" in instance.internal_data else []
    if records:
        _start(token.runner, instance.workflow, records, instance.parent, by=token.id)
    return bool(records)


def is_beside_the_model(token: Token) -> bool:
    """Does it only see to what is undone, so that nobody can tell it anything?"""
    return bool(token.task_spec.name == UNDO or token.task_spec.reopens)


def go_on(token: Token) -> bool:
    """Begin with the next record; True if there is none."""
    if not token.internal_data[UNDOABLE]:
        return True
    name, node, _ = token.internal_data[UNDOABLE][-1]
    undoing = token.workflow.spec.task_specs[name].undoing
    handler = token.runner.send(token.workflow, undoing.by if undoing else name, token, undoes=node)
    token.runner.enter(handler)
    return False


def undone(token: Token, handler: Token) -> None:
    """One activity is undone."""
    runner = token.runner
    record = token.internal_data[UNDOABLE].pop()
    if record[1] and "skipped" not in handler.internal_data:
        spec = token.workflow.spec.task_specs[record[0]]
        runner.trace.append(Trace("compensated", spec.element, record[1]))
    discard(runner, [record])
    token._ready()


def finish(token: Token) -> None:
    """All is undone here: go on around the event subprocess that asked for it, or tell the event that waits."""
    runner, by = token.runner, token.internal_data.get("by", 0)
    if "then" in token.internal_data:
        tree = token.workflow
        if _begin(runner, tree, [tree.host.workflow], None, by):
            return
    if by in runner.tokens:
        runner.tokens[by]._ready()


def give_back(thrower: Token) -> None:
    """The event is tried again or left without waiting: what is not undone yet can be undone later."""
    runner = thrower.runner
    if "undoing" not in thrower.internal_data:
        return
    for token in list(runner.tokens.values()):
        if token.internal_data.get("by") == thrower.id:
            holder = token.parent.internal_data if token.hangs else token.workflow.data
            holder.setdefault(UNDOABLE, [])[:0] = remaining(token)
            runner.withdraw(token)


def cancel(host: Token) -> None:
    """A transaction was cancelled, and all in it is undone (10.3.5): its cancel boundary event happens."""
    runner = host.runner
    places = [*host.children, *(host.parent.children if "i" in host.internal_data else ())]
    event = next(each for each in places if each.latent and each.task_spec.event.kind == "cancel")
    runner.note("rolled_back", host)
    catching.fire(runner, event, {})


def _begin(runner: "Runner", origin: Any, trees: Iterable[Any], activity: str | None, by: int) -> bool:
    first, *rest = trees
    if records := _claim(first, origin, activity):
        _start(runner, first, records, None, by=by, **({"then": True} if rest and activity is None else {}))
        return True
    return bool(rest) and _begin(runner, origin, rest, activity, by)


def _start(runner: "Runner", tree: Any, records: list[Record], parent: Token | None, **data: Any) -> None:
    data[UNDOABLE] = records
    runner.enter(runner.send(tree, UNDO, parent, **data))


def _claim(tree: Any, origin: Any, activity: str | None) -> list[Record]:
    """Take what is to be undone from its scope, so that nothing else undoes it as well."""
    handler = tree.spec.undone_by
    inside_handler = handler and origin.host is not None and origin.host.task_spec.name == handler
    if handler and activity is None and not inside_handler:
        if tree.data.get("undone"):
            return []
        tree.data["undone"] = True
        count(tree.runner, 1)
        return [[handler, 0, []]]
    records = tree.data.pop(UNDOABLE, [])
    specs = tree.spec.task_specs
    claimed = [record for record in records if activity in {None, specs[record[0]].element}]
    if len(claimed) < len(records):
        tree.data[UNDOABLE] = [record for record in records if specs[record[0]].element != activity]
    return claimed

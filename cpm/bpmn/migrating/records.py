"""What scopes and tokens remember, in the words of the new version: what can be undone, what was chosen, what is to be reset."""

from typing import Any

from cpm.bpmn.compensation import UNDO, UNDOABLE, Record
from cpm.bpmn.migrating import reasons
from cpm.bpmn.migrating.flows import flows_between
from cpm.bpmn.migrating.growing import Row
from cpm.bpmn.migrating.placing import Placing
from cpm.bpmn.migrating.plan import Obstacle
from cpm.bpmn.migrating.there import tree_there
from cpm.bpmn.nodes.activities import SubProcess
from cpm.bpmn.nodes.complex_gateway import RESETS
from cpm.bpmn.spiff import Token

CHOICE = "choice"  #: in the data of an ad-hoc subprocess; see nodes/ad_hoc.py


class Remembering:
    def __init__(self, placing: Placing) -> None:
        self.placing, self.plan = placing, placing.plan
        self.before, self.after = placing.before, placing.after
        self.forgotten: list[Record] = []

    def all(self) -> None:
        old = self.placing.old
        for tree in (old.tree, *old.tree.subprocesses.values()):
            self._tree(tree)
        for token in old.tokens.values():
            row = self.placing.rows.get(token.id)
            if row is not None and UNDOABLE in row.data:
                self._token(token, row)

    def _tree(self, tree: Any) -> None:
        grown = self.placing.grown(tree)
        for name, value in tree.data.items():
            match name:
                case "undoable":
                    for record in value:
                        self._undoable(tree, record)
                case "resets":
                    for gateway, flows in value.items():
                        self._reset(tree, gateway, flows)
                case "choice" if grown is not None:
                    grown.data[CHOICE] = self._choice(tree, value)
                case _ if grown is not None:
                    grown.data[name] = value

    # What can be undone.

    def _undoable(self, tree: Any, record: Record) -> None:
        """It goes where the activity would leave it now."""
        scope = tree.spec.name
        spot = self.after.spots.get(self.plan.elements.get(self._key(scope, record[0]), ""))
        into = tree_there(self.placing, tree, spot.scope) if spot else None
        if spot is None or into is None:
            self._refuse(scope, record)
        elif (found := self._record(scope, record, spot.scope)) is not None:
            into.data.setdefault(UNDOABLE, []).append(found)

    def _token(self, token: Token, row: Row) -> None:
        """Records with a token: of its scope, or of what was inside of it."""
        spec = token.task_spec
        inside = isinstance(spec, SubProcess) and spec.name != UNDO
        scope = spec.inside if inside else token.workflow.spec.name
        there = self._spec(row).inside if inside else row.tree.scope
        found = [self._record(scope, record, there) for record in row.data[UNDOABLE]]
        row.data[UNDOABLE] = [record for record in found if record is not None]

    def _record(self, scope: str, record: Record, there: str) -> Record | None:
        name, node, inside = record
        spec = self.before.program.specs[scope].task_specs[name]
        target = self.after.spots.get(self.plan.elements.get(self._key(scope, name), ""))
        suffix = name.removeprefix(spec.element)
        specs = self.after.program.specs[there].task_specs
        becomes = specs.get(f"{target.element}{suffix}") if target and target.scope == there else None
        if becomes is None or not (becomes.undoing or becomes.reopens or becomes.node.by_event):
            self._refuse(scope, record)
            return None
        if not inside:
            return [becomes.name, node, inside]
        within = [self._record(spec.inside, each, becomes.inside) for each in inside]
        return [becomes.name, node, [each for each in within if each is not None]]

    def _refuse(self, scope: str, record: Record) -> None:
        name, node, _ = record
        element = self.before.program.specs[scope].task_specs[name].element
        if self.before.key(scope, element) in self.plan.forgotten:
            self.forgotten.append(record)
            return
        shown = self.before.spots[self.before.key(scope, element)].name
        self.placing.obstacles[node] = Obstacle(node, element, shown, reasons.cannot_be_undone(shown))

    # What else a scope remembers.

    def _reset(self, tree: Any, gateway: str, flows: list[str]) -> None:
        """A complex gateway that has started; if it is no more, nothing is to be reset."""
        old = self.before.spots[self._key(tree.spec.name, gateway)]
        new = self.after.spots.get(self.plan.elements.get(old.key, ""))
        into = tree_there(self.placing, tree, new.scope) if new else None
        if new is None or into is None:
            return
        mapped = flows_between(old, new, self.plan, self.before, self.after)
        took = sorted(mapped[flow] for flow in flows if flow in mapped)
        into.data.setdefault(RESETS, {})[new.element] = took

    def _choice(self, tree: Any, choice: dict[str, Any]) -> dict[str, Any]:
        """What was done at elements that are no more is kept: on the way back it counts again."""
        known = dict(choice)
        scope = tree.spec.name
        if "last" in known:
            known["last"] = self._element(scope, known["last"])
        over: dict[str, list[Any]] = {}
        for element, (times, last) in choice["over"].items():
            so_far = over.get(self._element(scope, element), [0, last])
            over[self._element(scope, element)] = [so_far[0] + times, max(so_far[1], last)]
        known["over"] = over
        return known

    def _element(self, scope: str, element: str) -> str:
        spot = self.after.spots.get(self.plan.elements.get(self.before.key(scope, element), ""))
        return spot.element if spot else element

    def _key(self, scope: str, name: str) -> str:
        spec = self.before.program.specs[scope].task_specs[name]
        return self.before.key(scope, spec.element)

    def _spec(self, row: Row) -> Any:
        return self.after.program.specs[row.tree.scope].task_specs[row.name]

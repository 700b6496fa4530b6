"""Finds each token's place in the new version: at which element, in which subprocess, under which number (its own)."""

from typing import Any

from cpm.bpmn.compensation import UNDO
from cpm.bpmn.findings import Reason
from cpm.bpmn.migrating import reasons
from cpm.bpmn.migrating.allowed import can_be_begun, can_be_left, can_change, stands
from cpm.bpmn.migrating.emptied import leave_empty
from cpm.bpmn.migrating.flows import flows_between
from cpm.bpmn.migrating.growing import Grown, Row
from cpm.bpmn.migrating.kinds import mismatch
from cpm.bpmn.migrating.layout import Layout, Spot
from cpm.bpmn.migrating.parts_of_events import same_part
from cpm.bpmn.migrating.plan import Obstacle, Plan
from cpm.bpmn.migrating.there import tree_there
from cpm.bpmn.nodes.gather import Gather
from cpm.bpmn.places import part_of
from cpm.bpmn.runner import Runner
from cpm.bpmn.spiff import FUTURE, STARTED, Token


class Placing:
    def __init__(self, old: Runner, plan: Plan, before: Layout, after: Layout) -> None:
        self.old, self.plan, self.before, self.after = old, plan, before, after
        self.trees: dict[int, Grown] = {0: Grown(0, after.program.process, 0)}
        self.rows: dict[int, Row | None] = {}
        self.obstacles: dict[int, Obstacle] = {}
        self.lifted: list[int] = []  #: subprocesses that are no more, though what was in them goes on
        self.old_trees = [old.tree, *old.tree.subprocesses.values()]
        self._order = {
            token.id: number
            for number, token in enumerate(token for tree in self.old_trees for token in tree.live())
        }
        self._tree_order = {id(tree): number for number, tree in enumerate(self.old_trees)}
        self._placing: set[int] = set()

    def all(self) -> None:
        """Those first that something is inside of, for others may come into that; those last that listen in there."""
        for tree in self.old_trees:
            self.grown(tree)
        tokens = [token for tree in self.old_trees for token in tree.live()]
        for token in sorted(tokens, key=_listens):
            self.place(token)
        leave_empty(self)

    def refuse(self, token: Token, reason: Reason) -> None:
        spec = token.task_spec
        self.obstacles.setdefault(
            token.id, Obstacle(token.id, spec.element, spec.node.name or spec.element, reason)
        )

    # Trees.

    def grown(self, tree: Any) -> Grown | None:
        """What becomes of a tree; None if what was in it goes on around it."""
        if tree.host is None:
            return self.trees[0]
        if tree.host.id in self._placing:
            return None  # two subprocesses change places: the inner one leaves it first
        row = self.place(tree.host)
        if row is None:
            return None
        if row.node not in self.trees:
            inside = self.spec(row).inside
            self.trees[row.node] = Grown(row.node, inside, self._tree_order[id(tree)], row.tree)
        return self.trees[row.node]

    def tree_for(self, token: Token, scope: str, *, make: bool = True) -> Grown | None:
        """The tree of that scope which the token comes into, or None with its obstacle."""
        way = self.after.way_to(scope)
        names = [name for name, _ in way]
        tree, grown = token.workflow, self.grown(token.workflow)
        while grown is None or grown.scope not in names:
            host = tree.host
            if host is not None and self._refused(host):
                return None  # that is said already
            if host is None or host.task_spec.calls:
                self.refuse(token, reasons.other_process(token))
                return None
            if not can_be_left(host):
                self.refuse(token, reasons.out_of(token, host))
                return None
            tree = host.workflow
            grown = self.grown(tree)
        for inner, element in way[names.index(grown.scope) + 1 :]:
            into = self._into(token, grown, inner, element, make=make)
            if into is None:
                return None
            grown = into
        return grown

    def _refused(self, host: Token) -> bool:
        return host.id in self.obstacles or (host.hangs and host.parent.id in self.obstacles)

    def _into(self, token: Token, around: Grown, scope: str, element: str, *, make: bool) -> Grown | None:
        """The one instance of a subprocess that runs there; a new one if there is none."""
        spot = self.after.spots[self.after.key(around.scope, element)]
        for tree in self.old_trees[1:]:
            if self.plan.elements.get(self._key(tree.host)) == spot.key:
                self.grown(tree)
        running = [tree for tree in self.trees.values() if tree.scope == scope and tree.around is around]
        if len(running) == 1 and spot.node.loop is None:
            return running[0]
        if running or not can_be_begun(spot):
            self.refuse(token, reasons.into(token, spot, several=len(running) > 1))
            return None
        return self._wrap(token, around, scope, element) if make else None

    def _wrap(self, token: Token, around: Grown, scope: str, element: str) -> Grown:
        node = self.old.next_node(part_of(around.host))
        order = self._order[token.id]
        row = self.rows[node] = Row(node, element, STARTED, 0, {}, order, around)
        around.rows.append(row)
        tree = Grown(node, scope, self._tree_order[id(token.workflow)], around, made=True)
        self.trees[node] = tree
        return tree

    # Tokens.

    def place(self, token: Token) -> Row | None:
        """None if it is not there any more, or cannot be."""
        if token.id not in self.rows:
            if token.id in self._placing:
                self.refuse(token, reasons.inside_itself(token))
                return None
            self._placing.add(token.id)
            row = self._place(token)
            self._placing.discard(token.id)
            self.rows[token.id] = row
            if row is not None:
                row.tree.rows.append(row)
        return self.rows[token.id]

    def _place(self, token: Token) -> Row | None:
        if token.hangs:
            return self._hanging(token)
        if token.task_spec.listens:
            return self._listening(token)
        if token.task_spec.name == UNDO:
            return self._undoing(token)
        return self._standing(token)

    def _standing(self, token: Token) -> Row | None:
        old = self._spot(token)
        new = self._target(token, old)
        if new is None:
            return None
        if (reason := mismatch(old, new)) and not can_change(token, old, new):
            self.refuse(token, reason)
            return None
        tree = self.tree_for(token, new.scope)
        if tree is None:
            return None
        row = self._row(token, new.element, 0, tree)
        if reason:
            row.data = {name: value for name, value in row.data.items() if name not in {"job", "task"}}
        elif token.task_spec.joins:
            self._join(token, row, new)
        return row

    def _target(self, token: Token, old: Spot) -> Spot | None:
        key = self.plan.elements.get(old.key)
        if key is None:
            inside = self.old.tree.subprocesses.get(token.id)
            if inside is None or not any(map(stands, inside.live())):
                self.refuse(token, reasons.unmapped(token))
            elif not can_be_left(token):
                self.refuse(token, reasons.unmapped_around(token))
            else:
                self.lifted.append(token.id)
            return None
        new = self.after.spots.get(key)
        if new is None:
            self.refuse(token, reasons.unknown(token, key))
        return new

    def _join(self, token: Token, row: Row, new: Spot) -> None:
        """It waits for others: where, and on which flow did it come?"""
        specs = self.after.program.specs[new.scope].task_specs
        if isinstance(token.task_spec, Gather):
            row.name = f"{new.element}~gather" if f"{new.element}~gather" in specs else new.element
            if row.name == new.element:
                row.state = FUTURE
            return
        if len(new.outer.incoming) < 2:
            if token.id in self.old.joins:
                row.state = FUTURE
            return
        flow = row.data.get("flow")
        if flow is None:
            return
        mapped = flows_between(self._spot(token), new, self.plan, self.before, self.after).get(flow)
        if mapped is None:
            self.refuse(token, reasons.flow_gone(token, flow))
        else:
            row.data["flow"] = mapped

    def _hanging(self, token: Token) -> Row | None:
        parent = self.place(token.parent)
        if parent is None:
            return None
        if token.task_spec.name == UNDO:
            return self._row(token, UNDO, parent.node, parent.tree)
        if "i" in token.internal_data:
            return self._row(token, f"{parent.name}~each", parent.node, parent.tree)
        if "undoes" in token.internal_data:
            return self._handler(token, parent)
        if token.task_spec.part:
            number = same_part(token, self.spec(parent))
            return self._row(token, f"{parent.name}~{number}", parent.node, parent.tree) if number else None
        old = self._spot(token)
        new = self.after.spots.get(self.plan.elements.get(old.key, ""))
        if new is None or mismatch(old, new) or new.element not in self.spec(parent).boundaries:
            return None  # an event beside the way that is no more
        return self._row(token, new.element, parent.node, parent.tree)

    def _listening(self, token: Token) -> Row | None:
        old = self._spot(token)
        new = self.after.spots.get(self.plan.elements.get(old.key, ""))
        handler = self.after.host(new.scope) if new else None
        if new is None or handler is None or not handler.node.by_event or mismatch(old, new):
            return None
        tree = tree_there(self, token.workflow, handler.scope)
        if tree is None:
            return None
        name = f"{new.element}~listen"
        twice = any(row.name == name for row in tree.rows)
        return None if twice else self._row(token, name, 0, tree)

    def _undoing(self, token: Token) -> Row | None:
        tree = self.grown(token.workflow)
        if tree is None or UNDO not in self.after.program.specs[tree.scope].task_specs:
            self.refuse(token, reasons.nothing_to_undo(token))
            return None
        return self._row(token, UNDO, 0, tree)

    def _handler(self, token: Token, parent: Row) -> Row | None:
        """What undoes an activity at present."""
        old = self._spot(token)
        new = self._target(token, old)
        if new is None:
            return None
        name = f"{new.element}~undo" if token.task_spec.reopens else new.element
        if mismatch(old, new) or name not in self.after.program.specs[parent.tree.scope].task_specs:
            self.refuse(token, mismatch(old, new) or reasons.undone_elsewhere(token))
            return None
        return self._row(token, name, parent.node, parent.tree)

    def _row(self, token: Token, name: str, parent: int, tree: Grown) -> Row:
        return Row(
            token.id, name, token.state, parent, dict(token.internal_data), self._order[token.id], tree
        )

    def spec(self, row: Row) -> Any:
        return self.after.program.specs[row.tree.scope].task_specs[row.name]

    def _key(self, token: Token) -> str:
        return self.before.key(token.workflow.spec.name, token.task_spec.element)

    def _spot(self, token: Token) -> Spot:
        return self.before.spots[self._key(token)]


def _listens(token: Token) -> bool:
    return bool(token.task_spec.listens)

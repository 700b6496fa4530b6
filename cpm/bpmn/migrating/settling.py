"""The tokens are in their places: what the new version has there besides begins, and joins look anew at what has come."""

from collections.abc import Iterator
from typing import Any

from cpm.bpmn.findings import Reason
from cpm.bpmn.formula import Trouble
from cpm.bpmn.migrating import reasons
from cpm.bpmn.migrating.placing import Placing
from cpm.bpmn.migrating.plan import Obstacle
from cpm.bpmn.nodes.gateways import ParallelGateway
from cpm.bpmn.nodes.gather import Gather
from cpm.bpmn.runner import Runner
from cpm.bpmn.spiff import FUTURE, Token


class Settling:
    def __init__(self, runner: Runner, placing: Placing) -> None:
        self.runner, self.placing, self.old = runner, placing, placing.old
        self.before, self.after, self.plan = placing.before, placing.after, placing.plan

    def all(self) -> None:
        there = list(self.runner.tokens.values())
        for node in self.placing.lifted:
            self._lift(node)
        for tree in self.placing.trees.values():
            if tree.made:
                self._begin(self.runner.tokens[tree.host])
        for token in there:
            if token.id in self.old.tokens:
                self._events_beside(token, self.old.tokens[token.id])
        self._listeners()
        self._joins(there)

    # Variables.

    def _lift(self, node: int) -> None:
        """A subprocess is no more: its variables go to the scope around."""
        variables, host = self.runner.variables, self.old.tokens[node]
        own = dict(variables.get(str(node)))
        around = self._scope_around(host)
        there = variables.get(around)
        mapped = {target for target, _ in host.task_spec.zeebe.inputs}
        for name, value in own.items():
            if name in there and there[name] != value and name not in mapped:
                self._refuse(host, reasons.other_value(name, reasons.name(host)))
        variables.local(around, {name: value for name, value in own.items() if name not in there})
        variables.drop(str(node))

    def _scope_around(self, host: Token) -> str:
        tree = host.workflow
        while (grown := self.placing.grown(tree)) is None or grown.host not in self.placing.trees:
            tree = tree.host.workflow
        if not grown.host:
            return ""
        calls = self.runner.tokens[grown.host].task_spec.calls
        return f"{grown.host}/" if calls else str(grown.host)

    # What is new.

    def _begin(self, host: Token) -> None:
        """A subprocess around what runs already."""
        self.runner.note("entered", host)
        try:
            host.task_spec.map_inputs(host)
        except Trouble as trouble:
            self._refuse(host, reasons.no_input(reasons.name(host), trouble.message))
            return
        host.task_spec.arm(host)

    def _events_beside(self, token: Token, was: Token) -> None:
        """What waits at it that did not: an event that was there and is not any more has happened."""
        known = {self._becomes(was, name) for name in was.task_spec.boundaries}
        never = "fault" in was.internal_data and was.task_spec.boundaries and not was.children
        if token.state == FUTURE or token.latent or never:
            return
        for name in token.task_spec.boundaries:
            if name not in known:
                self.runner.enter(self.runner.send(token.workflow, name, token))

    def _listeners(self) -> None:
        """What listens in a scope and did not; what did listen and does not any more has happened."""
        known = {place for tree in self.placing.old_trees for place in self._listened(tree)}
        for tree in (self.runner.tree, *list(self.runner.tree.subprocesses.values())):
            if any(_interrupts(token) for token in tree.live()):
                continue
            for name in tree.spec.listeners:
                if (tree.spec.name, name) not in known:
                    self.runner.enter(self.runner.send(tree, name))

    def _listened(self, tree: Any) -> Iterator[tuple[str, str]]:
        """Where what listens in an old tree would listen now: the scope, and the node's name."""
        for name in tree.spec.listeners:
            start = self.plan.elements.get(self.before.key(tree.spec.name, name.removesuffix("~listen")), "")
            spot = self.after.spots.get(start)
            handler = self.after.host(spot.scope) if spot else None
            if spot and handler:
                yield handler.scope, f"{spot.element}~listen"

    def _becomes(self, token: Token, name: str) -> str:
        element = token.workflow.spec.task_specs[name].element
        return self._mapped(self.before.key(token.workflow.spec.name, element))

    def _mapped(self, key: str) -> str:
        """The id of what it becomes; that of nothing if it becomes nothing."""
        spot = self.after.spots.get(self.plan.elements.get(key, ""))
        return spot.element if spot else ""

    # Joins.

    def _joins(self, there: list[Token]) -> None:
        for token in there:
            if token.id not in self.runner.tokens:
                continue
            if token.state == FUTURE and self._left_its_join(token):
                self.runner.enter(token)
            elif token.id in self.runner.joins and isinstance(token.task_spec, (ParallelGateway, Gather)):
                spec = token.task_spec
                if spec.arrived(token) and self.runner.attempt(token, spec.proceed):
                    token._ready()

    def _left_its_join(self, token: Token) -> bool:
        return token.id in self.old.joins

    def _refuse(self, token: Token, reason: Reason) -> None:
        spec = token.task_spec
        self.placing.obstacles[token.id] = Obstacle(
            token.id, spec.element, spec.node.name or spec.element, reason
        )


def _interrupts(token: Token) -> bool:
    """Does it run in place of all else in its scope?"""
    inner = token.task_spec.node.inner
    return bool(token.task_spec.node.by_event and inner is not None and not token.hangs) and any(
        node.kind == "startEvent" and node.interrupting for node in inner.nodes.values()
    )

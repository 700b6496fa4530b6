"""The complex gateway: it starts when its condition holds, and resets when nothing more is to come (BPMN 2.0.2, 13.4.5)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from cpm.bpmn.nodes.gateways import ReachedJoin
from cpm.bpmn.nodes.node import Way
from cpm.bpmn.nodes.settled import truth
from cpm.bpmn.spiff import FUTURE, Token

RESETS = "resets"  #: in a scope's data: the gateways that wait for reset, with the flows they started by


def forget(tree: Any) -> None:
    """What was going on in the scope has ended: nothing is to be reset any more."""
    tree.data.pop(RESETS, None)


class ComplexGateway(ReachedJoin):
    """Two phases. Waiting for start, it asks its condition, in which `activationCount` is the number of flows with a token
    and the id of a flow the number of tokens on it. Started, it takes a token from each flow that has one, and then waits
    for those that may still come on the others, as an inclusive gateway does; they reset it. In both phases the
    conditions choose the flows, and may ask for `waitingForStart`; a flow without condition is taken at the start only.
    Where no flow was left out there is nothing to wait for, and the gateway starts anew.
    """

    def enter(self, token: Token) -> bool:
        if len(self.incoming) < 2 or "took" in token.internal_data:
            return self.pass_through(token)
        if not self._resets(token.workflow) and self._activated(token):
            return self.proceed(token)
        self.wait(token)
        return False

    def _resets(self, tree: Any) -> bool:
        return self.name in tree.data.get(RESETS, ())

    def _activated(self, token: Token) -> bool:
        condition = self.node.activation
        assert condition is not None
        flows = [each.internal_data.get("flow") for each in self.here(token)]
        counts = {flow: Decimal(flows.count(flow)) for flow in self.incoming}
        counts["activationCount"] = Decimal(len(set(flows)))
        return truth(token, condition, "the activation condition", counts)

    def proceed(self, token: Token) -> bool:
        """Start: one token of each flow that has some."""
        self._start(token)
        return super().proceed(token)

    def leave(self, token: Token) -> bool:
        if "took" not in token.internal_data and len(self.incoming) > 1:  # helped on by a person
            self._start(token)
            self.take_others(token)
        return super().leave(token)

    def _start(self, token: Token) -> None:
        took = sorted(self.waiting(token))
        if len(took) < len(self.incoming):
            token.workflow.data.setdefault(RESETS, {})[self.name] = took
        token.internal_data["took"] = True

    def reconsider(self, token: Token) -> None:
        """A surplus of the last round, or data that have changed, may start it."""
        if self._resets(token.workflow):
            return
        if token.runner.attempt(token, lambda token: self._activated(token) and self.proceed(token)):
            token._ready()
        elif "fault" in token.internal_data:
            token.runner.joins.pop(token.id, None)

    def reset(self, tree: Any) -> None:
        """Back to waiting for start, once nothing is expected on the flows left out at the start."""
        took = set(tree.data[RESETS][self.name])
        late = {flow: token for flow, token in self.oldest(tree).items() if flow not in took}
        if self.expects(tree, took | set(late)):
            return
        del tree.data[RESETS][self.name]
        if not tree.data[RESETS]:
            del tree.data[RESETS]
        first, *others = late.values() or [None]
        for other in others:
            tree.runner.absorb(other, first)
        if first is not None:
            tree.runner.joins.pop(first.id, None)
            first._set_state(FUTURE)
        elif any(way.condition or way.default for way in self.ways):
            first = tree.runner.send(tree, self.name)
        if first is not None:
            first.internal_data.update(took=True, reset=True)
            tree.runner.enter(first)

    def choose(self, token: Token) -> Sequence[Way]:
        starts = "reset" not in token.internal_data
        phase = {"waitingForStart": starts}
        chosen = [
            way
            for way in self.ways
            if not way.default and (starts if way.condition is None else self.holds(token, way, phase))
        ]
        chosen = chosen or [way for way in self.ways if way.default]
        if not chosen and starts:
            raise self.no_way()
        return chosen

"""Gateways. Joins count tokens by the flow they came on, and read no history (BPMN 2.0.2, 13.4)."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from cpm.bpmn.formula import Trouble
from cpm.bpmn.model import Node
from cpm.bpmn.nodes.node import Kernel, Way
from cpm.bpmn.spiff import WAITING, Token


class ExclusiveGateway(Kernel):
    """Every token goes on by one flow: the first whose condition holds, else the default."""

    def choose(self, token: Token) -> Sequence[Way]:
        for way in self.ways:
            if not way.default and self.holds(token, way):
                return [way]
        default = [way for way in self.ways if way.default]
        if not default:
            raise self.no_way()
        return default


class Join(Kernel):
    """A gateway that may wait for tokens on its other flows."""

    joins = True

    def enter(self, token: Token) -> bool:
        if len(self.incoming) < 2 or "took" in token.internal_data:
            return self.pass_through(token)
        self.wait(token)
        return self.arrived(token) and self.proceed(token)

    def wait(self, token: Token) -> None:
        token.runner.moves += 1  # it looks at all that wait
        token._set_state(WAITING)
        token.runner.joins[token.id] = token

    def pass_through(self, token: Token) -> bool:
        return super().enter(token)

    def proceed(self, token: Token) -> bool:
        """Take what the join needs, as one token."""
        token.runner.joins.pop(token.id, None)
        self.take_others(token)
        return self.pass_through(token)

    def arrived(self, token: Token) -> bool:
        """Has this token made the join complete?"""
        raise NotImplementedError

    def reconsider(self, token: Token) -> None:
        """Nothing else moves any more: may this waiting token go on?"""

    def leave(self, token: Token) -> bool:
        if "stuck" in token.internal_data:  # helped on by a person
            self.take_others(token)
        return super().leave(token)

    def here(self, token: Token) -> list[Token]:
        """All that wait here, this one among them."""
        others = self._all_here(token.workflow)
        return others if token in others else [*others, token]

    def waiting(self, token: Token) -> dict[str, Token]:
        """The oldest token on each incoming flow, this one among them."""
        found = {token.internal_data["flow"]: token} if "flow" in token.internal_data else {}
        return {**self.oldest(token.workflow), **found}

    def oldest(self, tree: Any) -> dict[str, Token]:
        """On each incoming flow that has some."""
        found: dict[str, Token] = {}
        for token in self._all_here(tree):
            found.setdefault(token.internal_data["flow"], token)
        return found

    def _all_here(self, tree: Any) -> list[Token]:
        joins = tree.runner.joins.values()
        return [token for token in joins if token.task_spec is self and token.workflow is tree]

    def take_others(self, token: Token) -> None:
        if len(self.incoming) < 2:
            return
        for other in self.waiting(token).values():
            if other is not token:
                token.runner.absorb(other, token)


class ParallelGateway(Join):
    """Waits for one token on each incoming flow; a surplus stays for the next round (10.6.4)."""

    def arrived(self, token: Token) -> bool:
        return len(self.waiting(token)) == len(self.incoming)


class ReachedJoin(Join):
    """Knows from where a token could still arrive."""

    def __init__(self, scope: Any, name: str, node: Node, process: str) -> None:
        super().__init__(scope, name, node, process)
        self.reach: Callable[[], dict[str, frozenset[str]]] = dict

    @cached_property
    def reached_from(self) -> dict[str, frozenset[str]]:
        """Node -> the incoming flows that a token there may come on. Worked out when it is first asked for: for all
        gateways of a long process at once it would take time and memory by the square of its length.
        """
        return self.reach()

    def expects(self, tree: Any, full: set[str]) -> bool:
        """May a token elsewhere arrive on an empty flow, and on none of the full ones?"""
        for other in tree.live():
            if other.task_spec is not self and not other.hangs:
                ways = self.reached_from.get(other.task_spec.element, frozenset())
                if ways and not ways & full:
                    return True
        return False


class InclusiveGateway(ReachedJoin):
    """Waits while a token elsewhere could still arrive on an empty flow (10.6.3, 13.4.3)."""

    def arrived(self, token: Token) -> bool:  # noqa: ARG002 it is looked at when all else waits
        return False

    def reconsider(self, token: Token) -> None:
        if self.expects(token.workflow, set(self.waiting(token))):
            return
        if token.runner.attempt(token, self.proceed):
            token._ready()

    def choose(self, token: Token) -> Sequence[Way]:
        """All flows whose condition holds, else the default; a lone flow needs no condition."""
        chosen = [way for way in self.ways if not way.default and self.holds(token, way)]
        chosen = chosen or [way for way in self.ways if way.default]
        if not chosen and self.ways:
            raise self.no_way()
        return chosen


class EventGateway(Kernel):
    """Waits for the first of several events, which are the boundary events of this waiting."""

    chooses = True

    def act(self, token: Token) -> bool:  # noqa: ARG002
        return False

    def ways_to(self, event: Token) -> list[Way]:
        return [way for way in self.ways if way.target == event.task_spec.name]

    def choose(self, token: Token) -> Sequence[Way]:  # noqa: ARG002
        raise Trouble(
            "no_event", f"Expected one of the events behind {self.element!r} to happen, but none has."
        )

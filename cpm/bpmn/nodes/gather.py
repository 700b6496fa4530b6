"""The tokens that an activity needs to start, when one is not enough."""

from collections.abc import Mapping
from typing import Any

from cpm.bpmn.nodes.gateways import Join
from cpm.bpmn.scopes import chain
from cpm.bpmn.spiff import Token


class Gather(Join):
    """Stands before the activity; it counts tokens, whichever flows they come on (BPMN 2.0.2, 13.3.2)."""

    told = False

    def enter(self, token: Token) -> bool:
        self.wait(token)
        return self.arrived(token) and self.proceed(token)

    def arrived(self, token: Token) -> bool:
        return len(self.here(token)) >= self.node.needs

    def proceed(self, token: Token) -> bool:
        token.runner.joins.pop(token.id, None)
        self.take_others(token)
        return True

    def take_others(self, token: Token) -> None:
        for other in [other for other in self.here(token) if other is not token][: self.node.needs - 1]:
            token.runner.absorb(other, token)

    def accept(self, token: Token, values: Mapping[str, Any]) -> None:
        """Output mappings are the activity's."""
        token.runner.variables.propagate(list(chain(token)), values)

    def leave(self, token: Token) -> bool:
        if "stuck" in token.internal_data:  # helped on by a person
            self.take_others(token)
        token.taken = self.ways
        return True

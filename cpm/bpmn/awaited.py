"""Which tokens wait for a signal or a condition: found by name, so that to look for them costs what there are."""

from collections.abc import Mapping

from cpm.bpmn.scopes import chain
from cpm.bpmn.spiff import WAITING, Token

#: Name of a variable -> the scopes it was set in -> "create" or "update".
Changes = Mapping[str, Mapping[str, str]]


class Awaited:
    def __init__(self) -> None:
        self.signals: dict[str, dict[int, Token]] = {}
        self.conditions: dict[str, dict[int, Token]] = {}  #: by the variables that they name
        self.fresh: dict[int, Token] = {}  #: conditions that were never asked

    @property
    def conditional(self) -> bool:
        """Is there a condition to ask?"""
        return bool(self.fresh or self.conditions)

    def add(self, token: Token) -> None:
        """The token waits from now on."""
        spec, data = token.task_spec, token.internal_data
        if "signal" in data:
            self.signals.setdefault(data["signal"], {})[token.id] = token
        for name in spec.watched:
            self.conditions.setdefault(name, {})[token.id] = token
        if spec.asks and "met" not in data:
            self.fresh[token.id] = token

    def forget(self, token: Token) -> None:
        if "signal" in token.internal_data:
            self.signals.get(token.internal_data["signal"], {}).pop(token.id, None)
        for name in token.task_spec.watched:
            self.conditions.get(name, {}).pop(token.id, None)
        self.fresh.pop(token.id, None)

    def hearers(self, name: str) -> list[Token]:
        """The oldest first."""
        found = self.signals.get(name, {})
        return _oldest_first({node: token for node, token in found.items() if _hears(token, name)})

    def concerned(self, changes: Changes) -> list[Token]:
        """Conditions that see one of the changed variables, and those that were never asked; outer ones first."""
        found, self.fresh = self.fresh, {}
        for name, scopes in changes.items():
            for token in self.conditions.get(name, {}).values():
                if token.id not in found and _matters(token, scopes):
                    found[token.id] = token
        return _oldest_first({node: token for node, token in found.items() if waits(token)})


def waits(token: Token) -> bool:
    return token.state == WAITING and token.id in token.runner.tokens


def _hears(token: Token, name: str) -> bool:
    return waits(token) and token.internal_data["signal"] == name


def _oldest_first(found: Mapping[int, Token]) -> list[Token]:
    """Those of outer scopes were there before those inside (Camunda 8 asks them in this order)."""
    return [found[node] for node in sorted(found)]


def _matters(token: Token, scopes: Mapping[str, str]) -> bool:
    """Was one of the scopes that it sees set as it is watched?"""
    changes = token.task_spec.event.changes
    return any(scopes.get(scope) in changes for scope in chain(token.task_spec.seer(token)))

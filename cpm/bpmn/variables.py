"""Case variables in scopes, as in Camunda 8: written where they are visible, otherwise at the root.

Scopes are handed in and never changed in place: the first write to one makes a copy, so that the caller
sees by identity which scopes stayed as they were.
"""

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from cpm.bpmn.formula import Trouble
from rules.feel import Function, Range, to_feel

ROOT = ""


class Variables:
    def __init__(self, scopes: Mapping[str, Mapping[str, Any]]) -> None:
        self.scopes: dict[str, Mapping[str, Any]] = dict(scopes)
        self._copied: dict[str, dict[str, Any]] = {}
        self._changes: dict[str, dict[str, str]] = {}
        self.scopes.setdefault(ROOT, {})

    def local(self, scope: str, values: Mapping[str, Any]) -> None:
        """Set in just this scope."""
        if values:
            _refuse_unkept(values)
            self._set(scope, values)

    def propagate(self, chain: Sequence[str], values: Mapping[str, Any]) -> None:
        """Set each where it is visible along the chain (nearest first), otherwise in the chain's last scope."""
        _refuse_unkept(values)
        for name, value in values.items():
            scope = next((scope for scope in chain if name in self.scopes.get(scope, ())), chain[-1])
            self._set(scope, {name: value})

    def visible(self, chain: Iterable[str]) -> Mapping[str, Any]:
        """What the chain sees, nearest scope first; to be read at once, not kept."""
        layers = [self.scopes[scope] for scope in chain if scope in self.scopes]
        return layers[0] if len(layers) == 1 else ChainMap(*cast("list[dict[str, Any]]", layers))

    def get(self, scope: str) -> Mapping[str, Any]:
        return self.scopes.get(scope, {})

    def learn(self, scopes: Mapping[str, Mapping[str, Any]]) -> None:
        """Take in scopes that were not handed in at first; what was set in them meanwhile stays."""
        for scope, values in scopes.items():
            if scope in self._copied:
                self.scopes[scope] = self._copied[scope] = {**values, **self._copied[scope]}
            else:
                self.scopes[scope] = values

    def drop(self, *scopes: str) -> None:
        for scope in scopes:
            if scope in self.scopes:
                del self.scopes[scope]
                self._copied.pop(scope, None)

    def take_changes(self) -> dict[str, dict[str, str]]:
        """What was set since this was last asked: name -> scope -> whether "create" or "update"."""
        found, self._changes = self._changes, {}
        return found

    def _set(self, scope: str, values: Mapping[str, Any]) -> None:
        own = self._own(scope)
        for name in values:
            self._changes.setdefault(name, {}).setdefault(scope, "update" if name in own else "create")
        own.update(values)

    def _own(self, scope: str) -> dict[str, Any]:
        if scope not in self._copied:
            self.scopes[scope] = self._copied[scope] = dict(self.scopes.get(scope, ()))
        return self._copied[scope]


def _refuse_unkept(values: Mapping[str, Any]) -> None:
    """Ranges and functions live within an expression only; there is no way to store them."""
    for name, value in values.items():
        if not can_be_kept(value):
            raise Trouble(
                "not_a_value", f"Expected {name!r} to be a value that can be stored, but it is {value!r:.80}."
            )


def values_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """As FEEL has them; TypeError for what it has no type for, or what cannot be stored."""
    found = {name: to_feel(value) for name, value in given.items()}
    for name, value in found.items():
        if not can_be_kept(value):
            raise TypeError(f"Expected {name!r} to be a value that can be stored, but it is {value!r:.80}")
    return found


def can_be_kept(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(can_be_kept, value))
    if isinstance(value, dict):
        return all(map(can_be_kept, value.values()))
    return not isinstance(value, Range | Function)

"""What is being built of one document and those that it imports, and which names a node may read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.dmn.elements import Element, variable_of
from rules.dmn.findings import Document, Names
from rules.dmn.model import Decision, Node, State
from rules.dmn.requirements import Requirements, needed_for


@dataclass(frozen=True, slots=True)
class Reads:
    """What a node requires directly, by the names under which it reads it (DMN 1.5 10.4)."""

    own: Mapping[str, str]  #: from names to keys
    imported: Mapping[
        str, Mapping[str, str]
    ]  #: the same by the name of the import, which stands before a dot

    def names(self, *more: str) -> Names:
        members = frozenset(name for those in self.imported.values() for name in those)
        return Names(frozenset({*self.own, *self.imported, *more}), members)

    def values(self, state: State) -> dict[str, object]:
        made = state.values
        values = {name: made.get(key) for name, key in self.own.items()}
        for name, those in self.imported.items():
            values[name] = {each: made.get(key) for each, key in those.items()}
        return values


@dataclass(slots=True)
class Builder:
    """Everything by the keys of the nodes."""

    documents: dict[str, Document] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)
    requires: Requirements = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)  #: each after what it requires, with its position
    services: frozenset[str] = frozenset()
    nodes: dict[str, Node] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)  #: of the document that is asked
    read: dict[str, frozenset[str]] = field(default_factory=dict)  #: facts that a node itself reads

    def reads(self, key: str) -> Reads:
        """The names that a node may read; a name that stands for two nodes goes to the findings."""
        own: dict[str, str] = {}
        imported: dict[str, dict[str, str]] = {}
        for other in self.requires[key]:
            prefix, name = self.prefix(key, other), variable_of(self.elements[other])
            those = imported.setdefault(prefix, {}) if prefix else own
            if those.setdefault(name, other) != other:
                reason = f"Expected “{name}” to be one of what is required, but two have that name."
                german = f"Zwei Elemente, die hier gebraucht werden, heißen „{name}“."
                self.documents[key].refuse(self.elements[key], reason, german)
        for name in own.keys() & imported.keys():
            reason = f"Expected “{name}” to be an import or a name, but it is both."
            german = f"„{name}“ heißen hier ein Import und ein Element; das wäre nicht zu unterscheiden."
            self.documents[key].refuse(self.elements[key], reason, german)
        return Reads(own, imported)

    def prefix(self, key: str, other: str) -> str:
        """The name of the import by which one node reads another; empty if it needs none."""
        here, there = self.documents[key], self.documents[other]
        return "" if here is there else here.imports[there.namespace][0]

    def needs(self, key: str) -> tuple[str, ...]:
        """All that must be made before the node, and itself at the end."""
        return self.needed([key])

    def needed(self, keys: list[str], given: list[str] | None = None) -> tuple[str, ...]:
        return needed_for(keys, self.requires, self.order, given=given or (), closed=self.services)

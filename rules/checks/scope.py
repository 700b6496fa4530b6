"""The names that an expression may read where it stands, and what is known of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rules.checks import sentences
from rules.checks.kinds import Kind
from rules.feel.functions import FUNCTIONS
from rules.said import Said


@dataclass(frozen=True, slots=True)
class Scope:
    names: Mapping[str, Kind | None] = field(default_factory=dict)
    open: bool = False  #: may there be names that nobody declared?
    sure: bool = True  #: is a name that is not here certainly a mistake?
    fixed: bool = False  #: are these all that is ever given?
    declaring: bool = False  #: do the inputs of tables say themselves which facts there are?

    def binding(self, names: Mapping[str, Kind | None]) -> "Scope":
        return replace(self, names={**self.names, **names})

    def of_inputs(self) -> "Scope":
        """For the input expressions of tables."""
        return replace(self, open=self.open or self.declaring)

    def knows(self, name: str) -> bool:
        return name in self.names or name in FUNCTIONS

    def suspects(self, name: str) -> bool:
        """Is a name that is not known a mistake? Where nobody declares facts, a slip of the pen is, and one more fact is none."""
        return self.sure or sentences.is_close(name, self.names)

    def unknown(self, name: str) -> Said:
        if self.fixed:
            return sentences.unknown_fact(name, self.names)
        return sentences.unknown_name(name, self.names)

    def filtering(self, item: Kind | None) -> "Scope":
        """Inside of a filter, where the entries of an item are names; of most items nobody knows them."""
        entries = dict(item.entries) if item and item.name == "context" else {}
        known = item is not None and item.name != "context"
        return replace(self.binding({**entries, "item": item}), open=self.open or not known)

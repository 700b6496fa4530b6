"""What a field may be chosen from that no form lists: customers, products, files. Who finds them is handed in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cpm.forms.files import Filed

#: The sources that a form may name.
SOURCES = frozenset({"contacts", "customers", "demo", "products"})

#: What a source would like to know of the fields beside the one that asks, by their keys.
BESIDE = {"products": ("wanted_on",)}


@dataclass(frozen=True, slots=True)
class Hit:
    """One of what was found: its value is stored, its label is read."""

    value: str
    label: str
    #: What is known of it, by name, as FEEL's values; a form may fill other fields with them.
    facts: Mapping[str, object] = field(default_factory=dict)
    #: Said beside the field that holds it, such as how old the facts are.
    note: str = ""

    @property
    def text(self) -> str:
        """As it stands in the box: unlike the label alone it names one only."""
        return self.label if self.value == self.label else f"{self.label} ({self.value})"


@dataclass(frozen=True, slots=True)
class Found:
    #: The best first.
    hits: tuple[Hit, ...] = ()
    #: Said beside them: that they come from a copy, and how old that is.
    note: str = ""


class Lookups(Protocol):
    """`values` are what the form knows so far, the row's own over the others."""

    def find(self, source: str, words: str, values: Mapping[str, object]) -> Found: ...
    def expect(self, source: str, named: Collection[str], values: Mapping[str, object]) -> None:
        """These will be named next: whoever asks elsewhere may ask for all of them at once."""

    def named(self, source: str, value: str, values: Mapping[str, object]) -> Hit | None:
        """The one of exactly this value, if it may be chosen now."""
        ...

    def files(self, numbers: Collection[str]) -> Mapping[str, Filed]:
        """Those of these numbers that lie where the form is filled in."""
        ...


class Nowhere:
    """Where nobody is there to ask: finds nothing."""

    def find(self, source: str, words: str, values: Mapping[str, object]) -> Found:  # noqa: ARG002
        return Found()

    def expect(self, source: str, named: Collection[str], values: Mapping[str, object]) -> None:
        """There is nothing to be asked."""

    def named(self, source: str, value: str, values: Mapping[str, object]) -> Hit | None:  # noqa: ARG002
        return None

    def files(self, numbers: Collection[str]) -> Mapping[str, Filed]:  # noqa: ARG002
        return {}

"""What every source of look-ups can do."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cpm.forms.lookups import Found, Hit
from cpm.uow import UnitOfWork

#: No source finds more at a time.
MOST = 8


@dataclass(frozen=True, slots=True)
class Asked:
    #: What somebody has typed; "" where a value is to be named.
    words: str = ""
    #: Of the case whose step asks; None on a public form.
    case_id: int | None = None
    #: What the form knows so far, the row's own over the others.
    values: Mapping[str, object] = field(default_factory=dict)
    #: Of whoever asks: notes are in it.
    language: str = "de"


class Source(Protocol):
    def find(self, look: UnitOfWork, asked: Asked) -> Found:
        """At most MOST hits, the best first; what is found is theirs to see who asks."""
        ...

    def named(self, look: UnitOfWork, values: Collection[str], asked: Asked) -> Mapping[str, Hit]:
        """Those of exactly these values, in as many statements as for one; without those that there are not, or that may not be chosen (any more)."""
        ...

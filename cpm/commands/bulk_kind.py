"""What can be done to many cases at once: one act, and who may have it done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cpm.model import Case, Role
from cpm.uow import UnitOfWork

Options = Mapping[str, Any]


def _as_given(_uow: UnitOfWork, options: Options) -> Options:
    return options


@dataclass(frozen=True, slots=True)
class Kind:
    """`act` does it to one case, which is locked, with the options and the reason; a CpmError refuses this case alone.

    It acts as the person who started the batch, and checks what they may do to this case as it does when they ask for
    that case alone. Without a `look` the dry run is the act itself, rolled back.
    """

    key: str  #: its name has `queries.batch_words`
    act: Callable[[UnitOfWork, Case, Options, str], object]
    starters: frozenset[Role]
    proposers: frozenset[Role] = frozenset()  #: who may see how it would go, beside those who may start it
    look: Callable[[UnitOfWork, Case, Options], object] | None = (
        None  #: reads only; raises what the act would
    )
    check: Callable[[UnitOfWork, Options], Options] = field(default=_as_given)  #: when it is proposed
    closed: bool = False  #: whether closed cases may belong to it, too

"""What can happen to a waiting process, and what it asks back while it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Completed:
    """A person or a machine did the step; on a fault: here is the result that it could not get."""

    node: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer rang or a message came."""

    node: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Errored:
    """The step failed with a business error: an error boundary takes it, otherwise the token stays as a fault."""

    node: int
    code: str
    message: str = ""
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retried:
    """Try again, with these variables put right first.

    The element is entered anew, with new local variables. Only what was done already (a job or task completed, a
    message come, a subprocess ended) is not done again: then just leaving the element is tried again.
    """

    node: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Leave the element as if it were done; what it would have brought stays as it is."""

    node: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody chose what is done next in an ad-hoc subprocess; the variables are for what follows from it alone."""

    node: int
    element: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signalled:
    """A signal was thrown: all that waits for it in the case hears it, and nobody there is no error.

    With an `element`, only what waits there: what waited elsewhere when it was thrown is not meant by now.
    """

    name: str
    variables: Variables = field(default_factory=dict)
    element: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing more is to be done in an ad-hoc subprocess."""

    node: int


@dataclass(frozen=True, slots=True)
class Changed:
    """Data of the case was set from outside: they become the case's variables, and conditions are asked."""

    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begin:
    """An element gets a token. What has to be around it is begun too, without its start event.

    `inside` is the node of a scope around it, where several run: if it is not said, the one out of which the same act takes
    something. Of a multi-instance body, it gives that one more instance.
    The variables are the element's own.
    """

    element: str
    inside: int | None = None
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Modified:
    """Somebody moves tokens: those at `cancel` are taken away with all that is in them, and elements begin.

    All of it is one act; raises CannotMove if any of it cannot be.
    """

    cancel: tuple[int, ...] = ()
    begin: tuple[Begin, ...] = ()


Happened = Completed | Fired | Errored | Retried | Skipped | Chosen | Ended | Signalled | Changed | Modified


def place(happened: Happened) -> int:
    """The node at which it happened; 0 if it happened to the case."""
    return 0 if isinstance(happened, Signalled | Changed | Modified) else happened.node


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision says, and why."""

    value: Any
    evidence: object = None


class DecisionFailed(ValueError):
    """A decision has no answer for these facts; `code` is the fault's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


Decide = Callable[[str, Mapping[str, Any]], Decided]
"""decision id, visible variables -> Decided; may raise DecisionFailed."""


class NotWaiting(LookupError):
    """The node is not there any more, or does not wait for this."""

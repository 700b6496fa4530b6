"""What a step says: the process's present situation, and what happened on the way to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from cpm.bpmn.happened import Signalled

Scopes = Mapping[str, Mapping[str, Any]]
"""Variables by scope: `""` is the case, `"17"` what is local to node 17, `"17/"` the process that node 17 called."""


@dataclass(frozen=True, slots=True)
class UserTask:
    """A person's step that waits."""

    node: int
    element: str
    name: str
    process: str
    form_id: str | None
    assignee: str | None
    groups: tuple[str, ...]
    users: tuple[str, ...]
    due: datetime | None  #: aware UTC
    follow_up: datetime | None  #: aware UTC
    priority: int | None
    headers: Mapping[str, str]
    properties: Mapping[str, str]
    lane: str | None
    lanes: tuple[str, ...]  #: ids and names of all lanes it lies in, from the innermost
    _see: Callable[[int], dict[str, Any]]

    @property
    def visible(self) -> dict[str, Any]:
        """All that the step sees, its own variables hiding those of outer scopes; made when asked for."""
        return self._see(self.node)


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A machine's step that waits."""

    node: int
    element: str
    name: str
    process: str
    type: str
    retries: int | None
    headers: Mapping[str, str]
    inputs: Mapping[str, Any]  #: the variables local to the element, its input mappings first of all
    _see: Callable[[int], dict[str, Any]]

    @property
    def visible(self) -> dict[str, Any]:
        """All that the element sees, its own variables hiding those of outer scopes; made when asked for."""
        return self._see(self.node)


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be begun."""

    element: str
    name: str
    done: int  #: how often it was done since the ad-hoc subprocess began
    last: datetime | None  #: when it was done last


@dataclass(frozen=True, slots=True)
class Choice:
    """An ad-hoc subprocess, in which somebody chooses what is done next."""

    node: int
    element: str
    name: str
    process: str
    headers: Mapping[str, str]
    properties: Mapping[str, str]
    lane: str | None
    lanes: tuple[str, ...]
    offered: tuple[Offer, ...]  #: in the order of the file; nothing while one runs that runs alone
    can_end: bool  #: False: its completion condition decides
    cancels: bool  #: what still runs when it ends
    begun: int  #: what was chosen so far; a choice made on a higher number was made before another
    last: str | None  #: the element that was chosen last
    running: tuple[str, ...]  #: elements of the activities that go on in it at present
    _see: Callable[[int], dict[str, Any]]
    _within: Callable[[int], frozenset[int]]

    #: What only user tasks say of themselves.
    form_id: ClassVar[None] = None
    assignee: ClassVar[None] = None
    groups: ClassVar[tuple[str, ...]] = ()
    users: ClassVar[tuple[str, ...]] = ()
    due: ClassVar[None] = None
    follow_up: ClassVar[None] = None
    priority: ClassVar[None] = None

    @property
    def visible(self) -> dict[str, Any]:
        """All that it sees, its own variables hiding those of outer scopes; made when asked for."""
        return self._see(self.node)

    @property
    def within(self) -> frozenset[int]:
        """The nodes of all that goes on in it, however deep."""
        return self._within(self.node)


Ending = Literal["person", "condition", "done"]
ForPeople = UserTask | Choice


@dataclass(frozen=True, slots=True)
class Timer:
    node: int
    element: str
    due: datetime  #: aware UTC


@dataclass(frozen=True, slots=True)
class Await:
    """A message that is waited for, by name and correlation key."""

    node: int
    element: str
    message: str
    key: str


@dataclass(frozen=True, slots=True)
class Listening:
    """A signal that is waited for."""

    node: int
    element: str
    signal: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A token that cannot go on by itself; everything else went on."""

    node: int
    element: str
    name: str
    code: str  #: evaluation_error, not_a_boolean, no_flow, ... or the code of an uncaught error event
    message: str


_Moved = Literal[
    "entered", "left", "cancelled", "decided", "flow", "called", "returned", "missed", "chosen", "ended"
]
_Undone = Literal["compensating", "compensated", "rolled_back"]
What = Literal[_Moved, "sent", "signalled", "heard", "met", "erred", "escalated", _Undone]


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that happened, for the journal.

    `detail` is the flow's target for "flow", the `Decision` for "decided", the process for "called" and "returned", the
    first ring that a cycle missed (aware UTC) for "missed", the ad-hoc subprocess for "chosen", why it ends for "ended"
    (`Ending`), the name for a message that was "sent" and for a signal that was thrown ("signalled") or heard, the code
    for an error or escalation that an event caught ("erred", "escalated"); otherwise None. A condition that came true is
    "met". An event that begins to undo is "compensating" (the activity, or None for all it sees), each activity is then
    "compensated", and a transaction that was cancelled "rolled_back".
    """

    what: What
    element: str
    node: int
    detail: object = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The detail of a "decided" trace."""

    decision: str
    value: object
    evidence: object


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the process sends itself; to whom, its name and key say."""

    node: int
    element: str
    message: str
    key: str  #: empty: it can only begin a process
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Raised:
    """An escalation or error event that nothing in the process catches."""

    element: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """An instance of a large multi-instance, with all that runs in it."""

    body: int  #: the node that it is an instance of
    tokens: bytes


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of `start` and `resume`.

    It speaks for the nodes that it `covers`: where instances lie apart, nothing is said of what waits in those that
    this step did not look at. `scopes`, too, are those that were looked at, and `parts` those that changed.

    The tuples up to `faults` are the present situation; those from `trace` on are what this one step brought.
    Scopes that no variable changed in are the very objects that were handed in.
    """

    state: bytes
    parts: Mapping[int, Part | None]  #: instances that lie apart, new or changed; None for one that is gone
    covers: frozenset[int] | None  #: None for all nodes of the case
    scopes: Scopes
    finished: bool
    last_node: int  #: the highest node number ever used in this case
    tasks: tuple[UserTask, ...]
    jobs: tuple[ServiceCall, ...]
    timers: tuple[Timer, ...]
    waits: tuple[Await, ...]
    choices: tuple[Choice, ...]
    listening: tuple[Listening, ...]
    faults: tuple[Fault, ...]
    trace: tuple[Trace, ...]
    escalations: tuple[Raised, ...]
    errors: tuple[Raised, ...]
    sent: tuple[Sent, ...]
    signals: tuple[Signalled, ...]  #: thrown for all who wait; this case has heard them
    again: int  #: the node that was done once more: it had been entered before; 0 for none

    @property
    def for_people(self) -> tuple[ForPeople, ...]:
        """All that waits for somebody of us."""
        return (*self.tasks, *self.choices)

    @property
    def ours(self) -> bool:
        """Can anybody of us go on?"""
        return bool(self.tasks) or any(choice.offered for choice in self.choices)

"""What a connector is given and what it answers; outcomes are values, met with `match` in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt at one piece of work in another system."""

    #: the service type, "smtp.send"
    operation: str
    inputs: Mapping[str, Any]
    headers: Mapping[str, str]
    #: idempotency key: the same for every attempt at this work, different for all other work
    key: str
    #: 1 for the first
    attempt: int
    case_number: str
    case_id: int
    #: the Message-ID made from `key`; a mail sent for this call carries it at every attempt
    message_id: str
    #: language ("de", "en") to the process's text file
    texts: Mapping[str, Mapping[str, Any]]
    #: aware, in the zone of the firm; connectors do not read the clock
    now: datetime

    @property
    def verb(self) -> str:
        """What to do, without the connector's name: "send"."""
        return self.operation.rpartition(".")[2]

    @property
    def zone(self) -> tzinfo:
        """Where the firm is: the times that customers read are those of its clocks."""
        assert self.now.tzinfo is not None, "now is aware"
        return self.now.tzinfo


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that left, to be filed with the case."""

    channel: str
    message_id: str
    recipients: tuple[str, ...]
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    variables: Mapping[str, Any] = field(default_factory=dict)
    sent: Sent | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """It may go well later; `code` is what the incident will say if it never does."""

    why: str
    code: str = "unreachable"
    #: None: as the worker thinks best
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It will not go well by itself; `code` is for the model and exceptions.dmn, `why` for a person."""

    code: str
    why: str


Outcome = Done | Retry | Failed


class Connector(Protocol):
    """Reaches one other system. It does not raise for what can be foreseen: that is what outcomes are for."""

    @property
    def name(self) -> str: ...

    def __call__(self, call: Call) -> Outcome: ...

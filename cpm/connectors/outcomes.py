"""What a connector is given and what it answers; outcomes are values, met with `match` in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any, Protocol

from cpm.channels import Attachment
from cpm.connectors.erp.nouns import Party


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
    #: all files of letters that the case's version of its process has, by their names
    letters: Mapping[str, bytes] = field(default_factory=dict, repr=False, kw_only=True)
    #: the files `http/<system>.toml` of the case's version of its process, by their names
    operations: Mapping[str, bytes] = field(default_factory=dict, repr=False, kw_only=True)
    #: aware, in the zone of the firm; connectors do not read the clock
    now: datetime
    #: of the case (`message_ids.token`), for addresses and markers that lead an answer to it
    token: str = ""
    #: the documents that the input `attachments` names
    files: tuple[Attachment, ...] = ()
    #: addresses that mail comes in by, lower case: what is sent there comes back
    ours: frozenset[str] = frozenset()
    #: of a call `erp.*`: the system that the case works with, and the customer as they are to be known there
    erp: str | None = None
    party: Party | None = None
    #: all keys under which that system knows them: before they were merged, as the company that they speak for, as its people
    known_as: frozenset[str] = frozenset()
    #: what is there under a key of the case from before then is somebody else's; None: it was linked to the case
    since: datetime | None = None
    #: by field, what both sides had of the customer when they last met; None: they never have
    met: Mapping[str, Any] | None = None

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
    #: as in the mail's Auto-Submitted; "" where a person wrote it
    automatic: str = ""
    #: names of what was attached
    files: tuple[str, ...] = ()
    #: of what event it told the customer, unasked
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Capped:
    """An automatic mail that was not sent, as its recipient has had enough of them."""

    address: str
    count: int
    hours: int


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made for the case; the case keeps it, and the step gets its id as `document`."""

    content: bytes
    media_type: str
    ending: str  #: of its name, without the dot
    name: str | None = None  #: None: as the house names files of that kind
    kind: str | None = None  #: one of `document_names.KINDS`
    number: str | None = None  #: of the order or the invoice that it is about
    replaces: str | None = None  #: the id of a file of the case, of which this is the next version


@dataclass(frozen=True, slots=True)
class Linked:
    """What of the case is what in its ERP."""

    kind: str  #: customer | order | invoice
    key: str  #: unique there
    number: str | None  #: what people over there call it
    state: Mapping[str, Any] | None  #: what both sides have of it now; None: as before
    became: str | None = None  #: what our call did to it: saved, confirmed ...; None: we only looked


@dataclass(frozen=True, slots=True)
class Done:
    variables: Mapping[str, Any] = field(default_factory=dict)
    sent: Sent | None = None
    capped: Capped | None = None
    files: tuple[Made, ...] = ()
    links: tuple[Linked, ...] = ()


@dataclass(frozen=True, slots=True)
class Retry:
    """It may go well later; `code` is what the incident will say if it never does."""

    why: str
    code: str = "unreachable"
    #: None: as the worker thinks best
    after: timedelta | None = None
    #: Not before, however long the worker or the model would wait.
    least: timedelta = timedelta()


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

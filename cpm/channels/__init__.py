"""How customers reach us: a channel turns its own raw message into an `Inbound`.

Channels know nothing of cases and the database; whoever calls them stores the raw message first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from cpm.errors import CpmError

Language = Literal["de", "en"]
#: Permanent, and about the address or all else that is not the mail (RFC 3463): 5.2.2 is a full box, 5.2.3 and 5.3.4 a
#: mail too large, 5.6 and 5.7 what it says and who sends it.
_BAD_ADDRESS = re.compile(r"5\.(?!2\.[23]|3\.4|[67]\.)")


class Unreadable(CpmError):
    """The message cannot be read; it is to be kept and shown with `reason`, which a person understands."""

    status: ClassVar[int] = 422

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Attachment:
    #: as the sender named it, without folders and control characters; not unique, never to be used as a path
    name: str
    #: as the sender declared it, lower case; never to be trusted
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One recipient whom a mail of ours did not reach, as the report says (RFC 3464 2.3)."""

    #: lower case
    address: str
    #: failed, delayed, delivered, relayed or expanded; "failed" where a report follows no standard
    action: str
    #: "5.1.1" (RFC 3463), or "" where the report has none
    status: str
    #: what the server said
    diagnostic: str

    @property
    def permanent(self) -> bool:
        """It will not arrive, however long one waits."""
        return self.action == "failed"

    @property
    def address_is_bad(self) -> bool:
        """It is the address, and not this one mail or this one day: a full box and a refused text say nothing of it."""
        return self.permanent and bool(_BAD_ADDRESS.match(self.status or "5.0.0"))


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that mail of ours was not delivered, or is late."""

    #: the Message-ID of our mail, where the report returns it
    message_id: str | None
    recipients: tuple[Undelivered, ...]


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message from outside, in our own words."""

    channel: str
    #: "<...@...>" or None: not every sender makes one
    message_id: str | None
    #: SHA-256 of the raw message, hex, without what its delivery put in front; tells apart what has no message_id
    digest: str
    #: the address, lower case
    sender: str
    sender_name: str
    #: addresses from To and Cc, lower case, in order
    recipients: tuple[str, ...]
    subject: str
    #: what is new: quotes and signature cut
    text: str
    full_text: str
    #: aware UTC; the sender's clock, so no proof of anything
    sent_at: datetime | None
    #: message ids this one answers, oldest first
    references: tuple[str, ...]
    #: why this came from a machine, or None: a person wrote it
    automatic: str | None
    language: Language
    attachments: tuple[Attachment, ...]
    #: what else was asked, as variables of a case that it opens; only of channels that check it
    data: Mapping[str, Any] = field(default_factory=dict)
    #: where the sender wants the answer (Reply-To), lower case; "" where it is the sender's own address
    reply_to: str = ""
    #: what stands behind the + of the addresses it was sent to, lower case: maybe tokens of cases
    tokens: tuple[str, ...] = ()
    #: tokens that stand as markers in the text, quoted or not, the first one first
    markers: tuple[str, ...] = ()
    #: what a report of undelivered mail says
    bounce: Bounce | None = None


__all__ = ["Attachment", "Bounce", "Inbound", "Language", "Undelivered", "Unreadable"]

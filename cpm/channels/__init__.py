"""How customers reach us: a channel turns its own raw message into an `Inbound`.

Channels know nothing of cases and the database; whoever calls them stores the raw message first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from cpm.errors import CpmError

Language = Literal["de", "en"]


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
class Inbound:
    """A message from outside, in our own words."""

    channel: str
    #: "<...@...>" or None: not every sender makes one
    message_id: str | None
    #: SHA-256 of the raw message, hex; tells apart what has no message_id
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


__all__ = ["Attachment", "Inbound", "Language", "Unreadable"]

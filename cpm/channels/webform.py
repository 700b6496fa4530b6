"""The web as a channel: what a customer sent from a public page of ours becomes an `Inbound`.

The raw message is our own JSON, written when the form had been checked; it keeps types exactly.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cpm import values
from cpm.channels import Attachment, Inbound, Language, Unreadable

CHANNEL = "webform"
#: What is answered on the page that shows how a case stands.
STATUS = "web"


def pack(
    *,
    page: str,
    sender: str,
    name: str,
    subject: str,
    text: str,
    full_text: str,
    language: Language,
    references: Sequence[str] = (),
    data: Mapping[str, object],
    files: Sequence[Attachment] = (),
) -> bytes:
    """The raw message. `page` makes it another one though somebody writes the same words again."""
    message = {
        "page": page,
        "sender": sender,
        "name": name,
        "subject": subject,
        "text": text,
        "full_text": full_text,
        "language": language,
        "references": list(references),
        "data": dict(data),
        "files": [[file.name, file.media_type, b64encode(file.content).decode()] for file in files],
    }
    return values.dumps(message).encode()


def parse_status(raw: bytes) -> Inbound:
    """As `parse`, for an answer on the page of a case."""
    return replace(parse(raw), channel=STATUS)


def parse(raw: bytes) -> Inbound:
    """Raises `Unreadable` for what `pack` has not written."""
    try:
        message: dict[str, Any] = values.loads(raw.decode())
        return Inbound(
            channel=CHANNEL,
            message_id=None,
            digest=hashlib.sha256(raw).hexdigest(),
            sender=message["sender"].lower(),
            sender_name=message["name"],
            recipients=(),
            subject=message["subject"],
            text=message["text"],
            full_text=message["full_text"],
            sent_at=None,
            references=tuple(message["references"]),
            automatic=None,
            language="en" if message["language"] == "en" else "de",
            attachments=tuple(
                Attachment(name, kind, b64decode(content, validate=True))
                for name, kind, content in message.get("files", ())
            ),
            data=dict(message["data"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Unreadable("The message is not as our web form writes it.") from error

"""E-mail as a channel: an RFC 5322 message, however broken, becomes an `Inbound`."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from unicodedata import normalize

from cpm.channels import Inbound, Unreadable, language
from cpm.channels.mail import automatic, bodies, parameters, parts, replies
from cpm.channels.mail.addresses import mailboxes
from cpm.channels.mail.charsets import one_line
from cpm.channels.mail.fields import Fields, split
from cpm.channels.mail.words import decode

LARGEST = 50_000_000
_MESSAGE_ID = re.compile(r"<([^<>]{3,900})>")
_MOST_REFERENCES = 100
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/disposition-notification")
_LONGEST_TEXT = 1_000_000


def parse(raw: bytes) -> Inbound:
    """Read a message. Raises `Unreadable` where there is none, nobody sent it, or it breaks our limits."""
    fields, body = _opened(raw)
    sender_name, sender = _sender(fields)
    tree = parts.read(fields, body)
    # some mail programs write ä as two characters; whoever looks for a word means one
    subject = normalize("NFC", decode(fields.first("subject")[:10_000]))
    full_text = normalize("NFC", bodies.text(tree)[:_LONGEST_TEXT])
    text = replies.new_text(full_text)
    return Inbound(
        channel="email",
        message_id=_message_id(fields.first("message-id")),
        digest=hashlib.sha256(raw).hexdigest(),
        sender=sender,
        sender_name=sender_name,
        recipients=_recipients(fields),
        subject=subject,
        text=text,
        full_text=full_text,
        sent_at=_sent_at(fields.first("date")),
        references=_references(fields, tree),
        automatic=automatic.reason(
            fields,
            media_type=parameters.read(fields.first("content-type"))[0],
            report_type=tree.parameters.get("report-type", ""),
            sender=sender,
            subject=subject,
        ),
        language=language.guess(f"{subject}\n{text}"),
        attachments=bodies.attachments(tree),
    )


def _opened(raw: bytes) -> tuple[Fields, bytes]:
    if not raw.strip():
        raise Unreadable("The message is empty.")
    if len(raw) > LARGEST:
        raise Unreadable(f"The message is larger than {LARGEST // 1_000_000} MB.")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")  # some old programs end lines so; elsewhere a lone CR ends nothing
    fields, body = split(raw)
    if not fields.items:
        binary = b"\0" in raw[:2000]
        raise Unreadable(
            "The file is binary, no e-mail."
            if binary
            else "The text has no e-mail header: it does not begin with fields such as From and Subject."
        )
    return fields, body


def _sender(fields: Fields) -> tuple[str, str]:
    """(name, address) of the person who wrote it, else of who sent it (RFC 5322 3.6.2)."""
    for name in ("from", "sender", "return-path"):
        for value in fields.all(name):
            for found in mailboxes(value):
                return found
    raise Unreadable(
        "The message does not say who sent it: neither From, Sender nor Return-Path holds an address."
    )


def _recipients(fields: Fields) -> tuple[str, ...]:
    found = [
        address for name in ("to", "cc") for value in fields.all(name) for _, address in mailboxes(value)
    ]
    return tuple(dict.fromkeys(found))


def _message_id(value: str) -> str | None:
    """In angle brackets, without the blanks that folding leaves inside; some senders forget the brackets."""
    if found := _MESSAGE_ID.search(value):
        return "<" + "".join(one_line(found[1]).split()) + ">"
    bare = one_line(value).strip("<>")
    return f"<{bare}>" if bare and " " not in bare and len(bare) <= 900 else None


def _references(fields: Fields, tree: parts.Part) -> tuple[str, ...]:
    """References, then In-Reply-To (RFC 5322 3.6.4), then what a bounce returns: the last was answered."""
    values = [*fields.all("references"), *fields.all("in-reply-to"), *_returned(tree)]
    found = [
        "<" + "".join(one_line(item).split()) + ">" for value in values for item in _MESSAGE_ID.findall(value)
    ]
    return tuple(dict.fromkeys(found))[-_MOST_REFERENCES:]


def _returned(tree: parts.Part) -> Iterator[str]:
    """The Message-ID of the mail that a report is about (RFC 3464, RFC 8098): most reports have no References."""
    if tree.media_type == "multipart/report":
        for leaf in tree.leaves():
            if leaf.media_type in _RETURNED:
                returned, _ = split(leaf.content)
                yield returned.first("message-id") or returned.first("original-message-id")


def _sent_at(value: str) -> datetime | None:
    try:
        sent = parsedate_to_datetime(value[:200])
        return sent.replace(tzinfo=UTC) if sent.tzinfo is None else sent.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None

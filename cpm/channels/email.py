"""E-mail as a channel: an RFC 5322 message, however broken, becomes an `Inbound`."""

import hashlib
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from unicodedata import normalize

from cpm.channels import Bounce, Inbound, Unreadable, language, message_ids
from cpm.channels.mail import automatic, bodies, bounces, parameters, parts, replies
from cpm.channels.mail.addresses import mailboxes
from cpm.channels.mail.charsets import one_line
from cpm.channels.mail.fields import Fields, split
from cpm.channels.mail.words import decode

LARGEST = 50_000_000
_MESSAGE_ID = re.compile(r"<([^<>]{3,900})>")
_MOST_REFERENCES = 100
_LONGEST_REFERENCES = 100_000  #: characters of a field; the last are the next
#: Mail servers of old sign without a domain.
_DAEMON = re.compile(r"[<\s]*mailer-daemon\b", re.IGNORECASE)
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/disposition-notification")
_LONGEST_TEXT = 1_000_000
_DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc", "bcc")
_MOST_TOKENS = 20
#: What the last step to us has put in front; a mail that takes two ways is the same mail.
_DELIVERY = re.compile(
    rb"\A(?:(?:Return-Path|Delivered-To|X-Original-To|Envelope-To):[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+",
    re.IGNORECASE,
)


def parse(raw: bytes, ours: Collection[str] = ()) -> Inbound:
    """Read a message. Raises `Unreadable` where there is none, nobody sent it, or it breaks our limits.

    `ours`: our own addresses, so that what comes through a group of that name is not taken for a mailing list's.
    """
    fields, body = _opened(raw)
    sender_name, sender = _sender(fields)
    tree = parts.read(fields, body)
    # some mail programs write ä as two characters; whoever looks for a word means one
    subject = normalize("NFC", decode(fields.first("subject")[:10_000]))
    marked = normalize("NFC", bodies.text(tree)[:_LONGEST_TEXT])
    full_text = message_ids.MARKER.sub("", marked)
    text = replies.new_text(full_text)
    machine = automatic.reason(
        fields,
        media_type=parameters.read(fields.first("content-type"))[0],
        report_type=tree.parameters.get("report-type", ""),
        sender=sender,
        subject=subject,
        ours=ours,
    )
    bounce = bounces.read(raw, tree, full_text) if machine else None
    return Inbound(
        channel="email",
        message_id=_message_id(fields.first("message-id")),
        digest=hashlib.sha256(_DELIVERY.sub(b"", raw, count=1)).hexdigest(),
        sender=sender,
        sender_name=sender_name,
        recipients=_recipients(fields),
        subject=subject,
        text=text,
        full_text=full_text,
        sent_at=_sent_at(fields.first("date")),
        references=_references(fields, tree, bounce),
        automatic=machine,
        language=language.guess(f"{subject}\n{text}"),
        attachments=bodies.attachments(tree),
        reply_to=_reply_to(fields, sender),
        tokens=_tokens(fields),
        markers=_markers(tree),
        bounce=bounce,
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
    for name in ("from", "sender", "resent-from", "return-path", "reply-to"):
        for value in fields.all(name):
            for found in mailboxes(value):
                return found
    if daemon := _DAEMON.match(fields.first("from")):
        return daemon[0].strip(), "mailer-daemon@localhost.invalid"  # it reports, and gets no answer
    raise Unreadable(
        "The message does not say who sent it: neither From, Sender, Return-Path nor Reply-To holds an address."
    )


def _recipients(fields: Fields) -> tuple[str, ...]:
    found = [
        address for name in ("to", "cc") for value in fields.all(name) for _, address in mailboxes(value)
    ]
    return tuple(dict.fromkeys(found))


def _reply_to(fields: Fields, sender: str) -> str:
    found = next((address for value in fields.all("reply-to") for _, address in mailboxes(value)), "")
    return "" if found == sender else found


def _tokens(fields: Fields) -> tuple[str, ...]:
    """Subaddresses (RFC 5233): who delivered it to which address comes before what the sender wrote."""
    values = [value for name in _DELIVERED_TO for value in fields.all(name)]
    plus = [address.rpartition("@")[0].rpartition("+") for value in values for _, address in mailboxes(value)]
    return tuple(dict.fromkeys(token for box, _, token in plus if box and token))[:_MOST_TOKENS]


def _markers(tree: parts.Part) -> tuple[str, ...]:
    """Also those that only the HTML of an answer has kept."""
    written = (leaf.text[:_LONGEST_TEXT] for leaf in tree.leaves() if bodies.is_body(leaf))
    found = (each[1].lower() for text in written for each in message_ids.MARKER.finditer(text))
    return tuple(dict.fromkeys(islice(found, _MOST_TOKENS)))


def _message_id(value: str) -> str | None:
    """In angle brackets, without the blanks that folding leaves inside; some senders forget the brackets."""
    if found := _MESSAGE_ID.search(value):
        return "<" + "".join(one_line(found[1]).split()) + ">"
    bare = one_line(value).strip("<>")
    return f"<{bare}>" if bare and " " not in bare and len(bare) <= 900 else None


def _references(fields: Fields, tree: parts.Part, bounce: Bounce | None) -> tuple[str, ...]:
    """References, then In-Reply-To (RFC 5322 3.6.4), then what a report returns: the last was answered."""
    values = [*fields.all("references"), *fields.all("in-reply-to"), *_receipted(tree)]
    if bounce and bounce.message_id:
        values.append(bounce.message_id)
    found = [
        "<" + "".join(one_line(item).split()) + ">"
        for value in values
        for item in _MESSAGE_ID.findall(value[-_LONGEST_REFERENCES:])
    ]
    return tuple(dict.fromkeys(found))[-_MOST_REFERENCES:]


def _receipted(tree: parts.Part) -> Iterator[str]:
    """The Message-ID of the mail that a receipt or a complaint is about (RFC 8098, RFC 5965)."""
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

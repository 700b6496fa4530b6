"""One outgoing mail: checked, and built so that nothing a customer wrote can become a header."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime

from cpm.channels.mail.charsets import clean, one_line
from cpm.errors import Invalid

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")
_LONGEST_SUBJECT = 500


class BadAddress(Invalid):
    """The text is no address that mail can be sent to; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Letter:
    message_id: str
    #: aware
    date: datetime
    sender: str
    sender_name: str
    recipient: str
    subject: str
    text: str
    #: message ids of the conversation, oldest first; the last one is answered
    references: tuple[str, ...] = ()
    #: "auto-generated", "auto-replied" (RFC 3834 5) or "": a person wrote it
    auto_submitted: str = ""

    def message(self) -> EmailMessage:
        """The mail: UTF-8 text, quoted-printable, seven bits; the same letter gives the same bytes."""
        mail = EmailMessage(policy=_POLICY)
        mail["From"] = Address(one_line(self.sender_name), addr_spec=self.sender)
        mail["To"] = Address(addr_spec=self.recipient)
        mail["Subject"] = one_line(self.subject)[:_LONGEST_SUBJECT]
        mail["Date"] = format_datetime(self.date)
        mail["Message-ID"] = self.message_id
        if self.references:
            mail["In-Reply-To"] = self.references[-1]
            mail["References"] = " ".join(self.references)
        if self.auto_submitted:
            mail["Auto-Submitted"] = self.auto_submitted
        # Exchange reads this; bounces and receipts stay wanted, so not "All".
        mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
        mail.set_content(clean(self.text), charset="utf-8", cte="quoted-printable")
        return mail


def checked_address(text: str) -> str:
    """The address with its domain as DNS spells it. Raises `BadAddress`."""
    local, at, domain = text.strip().rpartition("@")
    if not at or not local or not domain:
        raise BadAddress(f"Expected an address such as name@example.org, but got {text[:100]!r}.")
    if len(local) > 64 or not _LOCAL.fullmatch(local):
        raise BadAddress(f"Expected plain letters, digits and dots before the @, but got {text[:100]!r}.")
    try:
        spelt = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise BadAddress(f"Expected a domain behind the @, but got {text[:100]!r}.") from error
    if len(spelt) > 253 or not all(_LABEL.fullmatch(label) for label in spelt.split(".")):
        raise BadAddress(f"Expected a domain behind the @, but got {text[:100]!r}.")
    return f"{local}@{spelt}"


def message_ids(value: object) -> tuple[str, ...]:
    """The message ids in a text or a list of texts; what is none is left out."""
    texts: Iterable[object] = value if isinstance(value, list | tuple) else [value]
    return tuple(found for text in texts if isinstance(text, str) for found in _MESSAGE_ID.findall(text))[
        -50:
    ]


class _Policy(EmailPolicy):
    """Folds message ids between, never inside: the stock policy encodes those longer than a line (Python 3.11)."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in ("message-id", "in-reply-to", "references"):
            return f"{name}: {(self.linesep + ' ').join(value.split())}{self.linesep}".encode(
                "ascii", "replace"
            )
        return super().fold_binary(name, value)


_POLICY = _Policy(**{name: getattr(SMTP, name) for name in ("linesep", "max_line_length")}, cte_type="7bit")

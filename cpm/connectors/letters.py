"""One outgoing mail: checked, and built so that nothing a customer wrote can become a header."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime

from cpm.channels import Attachment
from cpm.channels.mail.charsets import clean, one_line
from cpm.connectors import html_part
from cpm.errors import Invalid

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
#: Printable ASCII, and no longer than a line may be (RFC 5322 2.1.1): a stranger wrote it, and servers refuse the mail.
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,400}@[!-;=?A-~]{1,400}>")
_MEDIA_TYPE = re.compile(r"([a-z0-9][a-z0-9.+-]*)/([a-z0-9][a-z0-9.+-]*)")
_MACHINE = re.compile(
    r"(?i)(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|mailer-daemon|bounces?|owner-[^@]*|[^@]*-(?:request|bounces?|owner))"
    r"(?:[+=-][^@]*)?@"
)
_LONGEST_SUBJECT = 500
_LONGEST_NAME = 200


class BadAddress(Invalid):
    """The text is no address that mail can be sent to; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Letter:
    message_id: str
    #: aware
    date: datetime
    sender: str
    sender_name: str
    #: addresses, checked
    to: tuple[str, ...]
    subject: str
    text: str
    cc: tuple[str, ...] = ()
    #: where answers shall go, if not to the sender
    reply_to: str = ""
    #: message ids of the conversation, oldest first; the last one is answered
    references: tuple[str, ...] = ()
    #: "auto-generated", "auto-replied" (RFC 3834 5) or "": a person wrote it
    auto_submitted: str = ""
    attachments: tuple[Attachment, ...] = ()
    #: with an HTML part that says the same
    html: bool = False
    language: str = ""
    #: leads an answer to its case; out of sight where there is an HTML part
    marker: str = ""
    #: an https address that ends such mail with one click (RFC 8058)
    unsubscribe: str = ""

    def message(self) -> EmailMessage:
        """The mail: UTF-8 text, quoted-printable, seven bits; the same letter gives the same bytes."""
        mail = EmailMessage(policy=_POLICY)
        mail["From"] = Address(one_line(self.sender_name), addr_spec=self.sender)
        mail["To"] = ", ".join(self.to)
        if self.cc:
            mail["Cc"] = ", ".join(self.cc)
        if self.reply_to:
            mail["Reply-To"] = self.reply_to
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
        if self.unsubscribe:
            mail["List-Unsubscribe"] = f"<{self.unsubscribe}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        self._fill(mail)
        return mail

    def _fill(self, mail: EmailMessage) -> None:
        text = clean(self.text)
        marked = f"{text.rstrip()}\n\n{self.marker}\n" if self.marker else text
        mail.set_content(marked, charset="utf-8", cte="quoted-printable")
        if self.html:
            page = html_part.of_text(text, language=self.language, marker=self.marker)
            mail.add_alternative(page, subtype="html", charset="utf-8", cte="quoted-printable")
        for file in self.attachments:
            kind, sub = _media_type(file.media_type)
            mail.add_attachment(
                file.content, kind, sub, filename=one_line(file.name)[:_LONGEST_NAME] or "file"
            )
        for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
            # not by chance: every attempt at one mail has the same bytes
            digest = hashlib.sha256(f"{number} {self.message_id}".encode()).hexdigest()[:32]
            part.set_boundary(f"=_{digest}")


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


def recipients(value: object) -> tuple[str, ...]:
    """The addresses in a text, between commas or semicolons, or in a list of texts; each once. Raises `BadAddress`."""
    texts: Iterable[object] = value if isinstance(value, list | tuple) else [value]
    found = [
        part for text in texts if isinstance(text, str) for part in re.split(r"[,;\n]", text) if part.strip()
    ]
    return tuple({one.lower(): one for one in reversed([checked_address(part) for part in found])}.values())[
        ::-1
    ]


def is_machine(address: str) -> bool:
    """Nobody reads there: daemons, no-reply addresses, the machinery of lists (RFC 3834 2, RFC 2142)."""
    return bool(_MACHINE.match(address))


def message_ids(value: object) -> tuple[str, ...]:
    """The message ids in a text or a list of texts; what is none is left out."""
    texts: Iterable[object] = value if isinstance(value, list | tuple) else [value]
    return tuple(found for text in texts if isinstance(text, str) for found in _MESSAGE_ID.findall(text))[
        -50:
    ]


def _media_type(declared: str) -> tuple[str, str]:
    """As declared, where it is a type at all; mails within a mail cannot be encoded as files are (RFC 2046 5.2.1)."""
    found = _MEDIA_TYPE.fullmatch(declared.lower())
    if found is None or found[1] in ("message", "multipart"):
        return "application", "octet-stream"
    return found[1], found[2]


class _Policy(EmailPolicy):
    """Folds message ids between, never inside: the stock policy encodes those longer than a line (Python 3.11)."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in ("message-id", "in-reply-to", "references"):
            return f"{name}: {(self.linesep + ' ').join(value.split())}{self.linesep}".encode(
                "ascii", "replace"
            )
        return super().fold_binary(name, value)


_POLICY = _Policy(**{name: getattr(SMTP, name) for name in ("linesep", "max_line_length")}, cte_type="7bit")

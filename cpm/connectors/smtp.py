"""`smtp.send`: one mail to one customer, with whom it concerns besides.

    inputs: to, subject, text; cc, attachments (ids of documents of the case), in_reply_to (a message id), references (a
    list of them), automatic (no person wrote it) and language, all optional. `to` and `cc` may hold several addresses.

It is one mail for all recipients: where one of them is refused, nobody gets it, and somebody puts the address right.
Every attempt at one call sends the same mail, only the Date moves on, under the same Message-ID. A mail can leave twice in one case
only: the server took it and its answer, or our commit of it, was lost. Nobody can tell these from a mail that
was not taken (RFC 5321 4.5.3.2, RFC 1047), so it is sent again; receivers that compare Message-IDs drop the second.
"""

import contextlib
import logging
import smtplib
import ssl
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from cpm.channels.mail.charsets import clean, one_line
from cpm.connectors.answers import judge
from cpm.connectors.dkim_key import DkimKey
from cpm.connectors.letters import (
    BadAddress,
    Letter,
    checked_address,
    is_machine,
    message_ids,
    recipients,
)
from cpm.connectors.outcomes import Call, Done, Failed, Outcome, Retry, Sent

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail leaves. Secrets live here, never in case data, and are not shown."""

    host: str
    port: int
    #: our address, which answers come back to
    sender: str
    sender_name: str = ""
    security: Literal["none", "starttls", "tls"] = "none"
    username: str = ""
    password: str = field(default="", repr=False)
    #: for connecting and for each answer
    timeout_seconds: float = 30.0
    dkim: DkimKey | None = None
    #: with an HTML part
    html: bool = False
    #: with what leads an answer to its case even where the mail program forgets what it answers
    marker: bool = False
    #: answers go to box+token@..., which our mail server delivers as box@...
    plus: bool = False
    #: bytes that a mail may have with all its files
    largest: int = 20_000_000

    def __post_init__(self) -> None:
        """Raises `BadAddress`: at the start, not when the first mail has to leave."""
        checked_address(self.sender)


@dataclass(frozen=True, slots=True)
class Smtp:
    server: MailServer
    name: str = "smtp"
    #: who hands the mail over; where people practise it goes nowhere (`sandbox.py`)
    hand_over: Callable[[MailServer, Sequence[str], bytes], Retry | Failed | None] | None = None

    def __call__(self, call: Call) -> Outcome:
        if call.verb != "send":
            return Failed("unknown_operation", f"Expected smtp.send, but was asked for {call.operation}.")
        subject, text = call.inputs.get("subject"), call.inputs.get("text")
        if not isinstance(subject, str) or not subject.strip():
            return Failed("missing_field", "Expected a subject to send a mail, but there is none.")
        if not isinstance(text, str) or not text.strip():
            return Failed("missing_field", "Expected a text to send a mail, but there is none.")
        automatic = call.inputs.get("automatic") is True
        return self.send(call, to=call.inputs.get("to"), subject=subject, text=text, automatic=automatic)

    def send(
        self,
        call: Call,
        *,
        to: object,
        subject: str,
        text: str,
        automatic: bool = False,
        unsubscribe: str = "",
    ) -> Outcome:
        """Send one mail for this call. `automatic` marks it as a machine's, so that no machine answers.

        `unsubscribe`: an https address of ours that ends such mail.
        """
        try:
            letter = self.letter(
                call, to=to, subject=subject, text=text, automatic=automatic, unsubscribe=unsubscribe
            )
        except BadAddress as error:
            return Failed("address_refused", str(error))
        mail = letter.message().as_bytes()
        if len(mail) > self.server.largest:
            return Failed("too_large", _too_large(len(mail), self.server.largest))
        signed = self.server.dkim.signed(mail) if self.server.dkim else mail
        everybody = letter.to + letter.cc
        if refused := (self.hand_over or deliver)(self.server, everybody, signed):
            return refused
        files = tuple(file.name for file in call.files)
        sent = Sent(
            "email", call.message_id, everybody, letter.subject, letter.text, letter.auto_submitted, files
        )
        return Done(sent=sent)

    def letter(
        self,
        call: Call,
        *,
        to: object,
        subject: str,
        text: str,
        automatic: bool = False,
        unsubscribe: str = "",
    ) -> Letter:
        """The mail that this call sends. Raises `BadAddress`."""
        first, others = recipients(to), recipients(call.inputs.get("cc"))
        if not first:
            raise BadAddress("Expected an address to send a mail to, but there is none.")
        _must_be_writable(first + others, call.ours | {self.server.sender.lower()}, automatic=automatic)
        references = message_ids(call.inputs.get("references")) + message_ids(call.inputs.get("in_reply_to"))
        language = call.inputs.get("language")
        return Letter(
            message_id=call.message_id,
            date=call.now,
            sender=self.server.sender,
            sender_name=self.server.sender_name,
            to=first,
            cc=tuple(one for one in others if one.lower() not in {each.lower() for each in first}),
            reply_to=_plus(self.server.sender, call.token) if self.server.plus and call.token else "",
            subject=one_line(subject),
            text=clean(text),
            references=tuple(dict.fromkeys(references)),
            auto_submitted=_auto_submitted(automatic=automatic, answers=bool(references)),
            attachments=call.files,
            html=self.server.html,
            language=language if language in ("de", "en") else "",
            marker=f"[cpm:{call.token}]" if self.server.marker and call.token else "",
            unsubscribe=unsubscribe,
        )


def deliver(server: MailServer, everybody: Sequence[str], message: bytes) -> Retry | Failed | None:
    """Hand the message to the server; None: it has taken it, for all. The connection is closed in any case."""
    try:
        connection = _connected(server)
    except smtplib.SMTPResponseException as error:
        stage: Literal["login", "connect"] = (
            "login" if isinstance(error, smtplib.SMTPAuthenticationError) else "connect"
        )
        return judge(error.smtp_code, error.smtp_error, stage)
    except (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError, UnicodeError) as error:
        return Failed("auth_failed", f"Expected to reach the mail server safely, but {error}")
    except smtplib.SMTPServerDisconnected as error:
        return Retry(
            f"Expected the mail server {server.host}:{server.port} to talk, but it broke off: {error}"
        )
    except smtplib.SMTPException as error:  # no way to log in that both sides know
        return Failed("auth_failed", f"Expected to log in at the mail server, but {error}")
    except OSError as error:
        return Retry(f"Expected to reach the mail server {server.host}:{server.port}, but {error}.")
    try:
        return _handed_over(connection, server.sender, everybody, message)
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):  # what it has taken, it has taken
            connection.quit()
        connection.close()


def _connected(server: MailServer) -> smtplib.SMTP:
    """A connection, greeted, encrypted and logged in as the options want it."""
    hello = server.sender.rpartition("@")[2]
    secure = ssl.create_default_context() if server.security != "none" else None
    if server.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=hello, timeout=server.timeout_seconds, context=secure
        )
    else:
        connection = smtplib.SMTP(
            server.host, server.port, local_hostname=hello, timeout=server.timeout_seconds
        )
    try:
        if server.security == "starttls":
            connection.starttls(context=secure)
        connection.ehlo_or_helo_if_needed()
        if server.username:
            connection.login(server.username, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _handed_over(
    connection: smtplib.SMTP, sender: str, everybody: Sequence[str], message: bytes
) -> Retry | Failed | None:
    """The dialogue of one mail (RFC 5321 3.3), each refusal judged by its stage."""
    try:
        size = [f"size={len(message)}"] if connection.has_extn("size") else []
        code, answer = connection.mail(sender, size)
        if not _accepted(code):
            return judge(code, answer, "sender")
        for recipient in everybody:
            code, answer = connection.rcpt(recipient)
            if not _accepted(code):
                refused = judge(code, answer, "recipient")
                return replace(refused, why=f"{refused.why} ({recipient})") if len(everybody) > 1 else refused
    except (OSError, smtplib.SMTPException) as error:
        return Retry(f"Expected the mail server to take the mail, but it broke off: {error}.")
    try:
        code, answer = connection.data(message)
    except smtplib.SMTPDataError as error:
        return judge(error.smtp_code, error.smtp_error, "text")
    except (OSError, smtplib.SMTPException) as error:
        log.warning("smtp.answer_lost")
        return Retry(
            "The mail server broke off before it said whether it took the mail; it will be sent again "
            f"under the same Message-ID: {error}."
        )
    return None if _accepted(code) else judge(code, answer, "text")


def _accepted(code: int) -> bool:
    return 200 <= code < 300  # smtplib gives -1 for an answer that is none


def _auto_submitted(*, automatic: bool, answers: bool) -> str:
    if not automatic:
        return ""
    return "auto-replied" if answers else "auto-generated"


def _must_be_writable(addresses: Collection[str], ours: Collection[str], *, automatic: bool) -> None:
    """No loop: neither to where our own mail comes in, nor by itself to where no person reads (RFC 3834 2)."""
    for address in addresses:
        local, _, domain = address.lower().rpartition("@")
        if f"{local.partition('+')[0]}@{domain}" in ours:
            raise BadAddress(
                f"Expected the address of somebody else, but {address} is ours: the mail would come back."
            )
        if automatic and is_machine(address):
            raise BadAddress(f"Expected a person to read automatic mail, but {address} is a machine's.")


def _plus(sender: str, token: str) -> str:
    local, _, domain = sender.rpartition("@")
    return f"{local}+{token}@{domain}"


def _too_large(size: int, largest: int) -> str:
    return f"Expected a mail of at most {largest / 1_000_000:.0f} MB, but with its files it has {size / 1_000_000:.1f} MB."

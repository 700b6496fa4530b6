"""`smtp.send`: one mail to one customer.

    inputs: to, subject, text; in_reply_to (a message id) and references (a list of them), both optional

Every attempt at one call sends the same mail, only the Date moves on, under the same Message-ID. A mail can leave twice in one case
only: the server took it and its answer, or our commit of it, was lost. Nobody can tell these from a mail that
was not taken (RFC 5321 4.5.3.2, RFC 1047), so it is sent again; receivers that compare Message-IDs drop the second.
"""

import contextlib
import logging
import smtplib
import ssl
from dataclasses import dataclass, field
from typing import Literal

from cpm.channels.mail.charsets import clean, one_line
from cpm.connectors.answers import judge
from cpm.connectors.letters import BadAddress, Letter, checked_address, message_ids
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

    def __post_init__(self) -> None:
        """Raises `BadAddress`: at the start, not when the first mail has to leave."""
        checked_address(self.sender)


@dataclass(frozen=True, slots=True)
class Smtp:
    server: MailServer
    name: str = "smtp"

    def __call__(self, call: Call) -> Outcome:
        if call.verb != "send":
            return Failed("unknown_operation", f"Expected smtp.send, but was asked for {call.operation}.")
        subject, text = call.inputs.get("subject"), call.inputs.get("text")
        if not isinstance(subject, str) or not subject.strip():
            return Failed("missing_field", "Expected a subject to send a mail, but there is none.")
        if not isinstance(text, str) or not text.strip():
            return Failed("missing_field", "Expected a text to send a mail, but there is none.")
        return self.send(call, to=call.inputs.get("to"), subject=subject, text=text)

    def send(self, call: Call, *, to: object, subject: str, text: str, automatic: bool = False) -> Outcome:
        """Send one mail for this call. `automatic` marks it as a machine's, so that no machine answers."""
        try:
            recipient = checked_address(to if isinstance(to, str) else "")
        except BadAddress as error:
            return Failed("address_refused", str(error))
        references = message_ids(call.inputs.get("references")) + message_ids(call.inputs.get("in_reply_to"))
        subject, text = one_line(subject), clean(text)
        letter = Letter(
            message_id=call.message_id,
            date=call.now,
            sender=self.server.sender,
            sender_name=self.server.sender_name,
            recipient=recipient,
            subject=subject,
            text=text,
            references=tuple(dict.fromkeys(references)),
            auto_submitted=_auto_submitted(automatic=automatic, answers=bool(references)),
        )
        if refused := deliver(self.server, recipient, letter.message().as_bytes()):
            return refused
        return Done(sent=Sent("email", call.message_id, (recipient,), subject, text))


def deliver(server: MailServer, recipient: str, message: bytes) -> Retry | Failed | None:
    """Hand the message to the server; None: it has taken it. The connection is closed in any case."""
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
        return _handed_over(connection, server.sender, recipient, message)
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
    connection: smtplib.SMTP, sender: str, recipient: str, message: bytes
) -> Retry | Failed | None:
    """The dialogue of one mail (RFC 5321 3.3), each refusal judged by its stage."""
    try:
        size = [f"size={len(message)}"] if connection.has_extn("size") else []
        code, answer = connection.mail(sender, size)
        if not _accepted(code):
            return judge(code, answer, "sender")
        code, answer = connection.rcpt(recipient)
        if not _accepted(code):
            return judge(code, answer, "recipient")
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

"""Mail comes in by SMTP: whoever sends it hears 250 only after it has been stored."""

import logging
from collections.abc import Callable, Sequence

from aiosmtpd.smtp import Envelope, Session

from cpm.channels.email import LARGEST
from cpm.channels.smtp_server import SmtpServer, in_thread, received

log = logging.getLogger(__name__)

#: Stores a raw message; also told the envelope: sender ("" for a bounce) and recipients. It raises when it cannot.
Deliver = Callable[[bytes, str, Sequence[str]], None]


def intake(deliver: Deliver, *, host: str = "127.0.0.1", port: int = 0, largest: int = LARGEST) -> SmtpServer:
    """Hands each message to `deliver`, in a thread; runs from `start()` to `stop()`, or as a context.

    The raw message has the envelope's sender in front as Return-Path (RFC 5321 4.4): an empty one tells a bounce.
    """
    return SmtpServer(_Handler(deliver), host=host, port=port, largest=largest)


class _Handler:
    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver

    async def handle_DATA(self, server: object, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's hook
        sender, content = received(envelope)
        raw = b"Return-Path: <" + sender.encode("utf-8", "replace") + b">\r\n" + content
        try:
            await in_thread(self._deliver, raw, sender, list(envelope.rcpt_tos))
        except Exception:
            # Whatever it was, the sender keeps the message and comes again; 250 would lose it.
            log.exception("intake.not_stored")
            return "451 4.3.0 The message could not be stored just now; please send it again later."
        return "250 2.0.0 Stored"

"""Mail comes in by SMTP or LMTP: whoever sends it hears 250 only after it has been stored."""

import errno
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from aiosmtpd.smtp import Envelope, Session

from cpm.channels.email import LARGEST
from cpm.channels.smtp_server import MOST_SESSIONS, SECONDS, SmtpServer, in_thread, received
from cpm.errors import Unavailable

log = logging.getLogger(__name__)

#: Stores a raw message; also told the envelope: sender ("" for a bounce) and recipients. It raises when it cannot.
Deliver = Callable[[bytes, str, Sequence[str]], None]
#: Whether mail to this address is for us.
Knows = Callable[[str], bool]
_MOST_RECIPIENTS = 100  # the least that RFC 5321 4.5.3.1.8 wants
_LATER = "451 4.3.0 The message could not be stored just now; please send it again later."
_FULL = "452 4.3.1 There is no room to store it just now; please send it again later."


def intake(
    deliver: Deliver,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    largest: int = LARGEST,
    lmtp: bool = False,
    path: Path | None = None,
    knows: Knows | None = None,
    seconds: float = SECONDS,
    most_sessions: int = MOST_SESSIONS,
) -> SmtpServer:
    """Hands each message to `deliver`, in a thread; runs from `start()` to `stop()`, or as a context.

    The raw message has the envelope in front, as Return-Path (RFC 5321 4.4; an empty one tells a bounce) and a
    Delivered-To for each recipient. `knows`: recipients of whom it says no are refused.
    """
    handler = _Handler(deliver, knows, lmtp=lmtp)
    listening = {"host": host, "port": port, "path": path, "lmtp": lmtp}
    return SmtpServer(handler, largest=largest, seconds=seconds, most_sessions=most_sessions, **listening)  # type: ignore[arg-type]


class _Handler:
    def __init__(self, deliver: Deliver, knows: Knows | None, *, lmtp: bool) -> None:
        self._deliver, self._knows, self._lmtp = deliver, knows, lmtp

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's hook
        self,
        server: object,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        if len(envelope.rcpt_tos) >= _MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients; please send it to the others in another message."
        try:
            known = self._knows is None or await in_thread(self._knows, address)
        except Exception:
            log.exception("intake.recipient_not_looked_up")
            return _LATER
        if not known:
            return "550 5.1.1 There is no such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: object, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's hook
        sender, content = received(envelope)
        lines = [f"Return-Path: <{sender}>", *(f"Delivered-To: {to}" for to in envelope.rcpt_tos)]
        raw = "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace") + content
        answer = await self._stored(raw, sender, list(envelope.rcpt_tos))
        # all of them stand for one message, which is stored or not (RFC 2033 4.2: an answer for each)
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if self._lmtp else 1))

    async def _stored(self, raw: bytes, sender: str, recipients: Sequence[str]) -> str:
        """Whatever goes wrong, the sender keeps the message and comes again; 250 would lose it."""
        try:
            await in_thread(self._deliver, raw, sender, recipients)
        except Unavailable as error:
            log.warning("intake.not_stored", extra={"why": str(error)})
            return _FULL
        except OSError as error:
            log.exception("intake.not_stored")
            return _FULL if error.errno in {errno.ENOSPC, errno.EDQUOT} else _LATER
        except Exception:
            log.exception("intake.not_stored")
            return _LATER
        return "250 2.0.0 Stored"

"""Where the mail of a demo ends: files in a folder. Some addresses refuse, so that incidents can be tried.

refuse...@    550 5.1.1  no such address          busy...@      451 4.7.1  later, please
full...@      452 4.2.2  the mailbox is full      toolarge...@  552 5.3.4  after the text
"""

import hashlib
import os
from pathlib import Path

from aiosmtpd.smtp import Envelope, Session

from cpm.channels.smtp_server import SmtpServer, in_thread, received

_LARGEST = 50_000_000
_REFUSED = {
    "refuse": "550 5.1.1 There is no such address here",
    "busy": "451 4.7.1 Busy, please come again later",
    "full": "452 4.2.2 The mailbox is full",
}
_TOO_LARGE = "552 5.3.4 The message is too large for this mailbox"


def sink(folder: Path, *, host: str = "127.0.0.1", port: int = 0) -> SmtpServer:
    """A server that stores each mail as `000001-<digest>.eml`; the folder is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    return SmtpServer(_Handler(folder), host=host, port=port, largest=_LARGEST)


class _Handler:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's hook
        self,
        server: object,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        for beginning, answer in _REFUSED.items():
            if address.lower().startswith(beginning):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: object, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's hook
        if any(address.lower().startswith("toolarge") for address in envelope.rcpt_tos):
            return _TOO_LARGE
        await in_thread(_store, self._folder, _with_envelope(envelope))
        return "250 2.0.0 Stored"


def _with_envelope(envelope: Envelope) -> bytes:
    """The mail as it came, with the envelope in front: who it was really for."""
    sender, content = received(envelope)
    lines = [f"Return-Path: <{sender}>", *(f"Delivered-To: {to}" for to in envelope.rcpt_tos)]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace") + content


def _store(folder: Path, message: bytes) -> Path:
    """Written beside and renamed, so that no half mail is ever seen; the number goes on after a restart."""
    digest = hashlib.sha256(message).hexdigest()[:12]
    draft = folder / f".{digest}.{os.getpid()}.part"
    draft.write_bytes(message)
    number = 1 + max((int(path.name[:6]) for path in folder.glob("[0-9]" * 6 + "-*.eml")), default=0)
    while True:
        path = folder / f"{number:06d}-{digest}.eml"
        if not any(folder.glob(f"{number:06d}-*.eml")):
            draft.rename(path)
            return path
        number += 1

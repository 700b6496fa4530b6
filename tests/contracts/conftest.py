"""What the contract tests share: calls, and mail servers that answer as they are told."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from cpm.channels import Attachment, message_ids
from cpm.connectors import Call
from cpm.connectors.erp import Party

TEXTS = {
    "de": {
        "notices": {
            "received": {"subject": "Ihre Reklamation {{case_no}}", "text": "wir melden uns bis {{due}}."}
        }
    },
    "en": {
        "notices": {
            "received": {"subject": "Your complaint {{case_no}}", "text": "We will be back by {{due}}."}
        }
    },
}


@pytest.fixture
def call() -> Callable[..., Call]:
    def make(
        operation: str = "smtp.send",
        *,
        key: str = "C-1/answer/1",
        attempt: int = 1,
        files: tuple[Attachment, ...] = (),
        token: str = "",
        ours: frozenset[str] = frozenset(),
        **inputs: Any,
    ) -> Call:
        return Call(
            operation=operation,
            inputs=inputs,
            headers={},
            key=key,
            attempt=attempt,
            case_number="C-1",
            case_id=1,
            message_id=message_ids.make(b"demo secret", "example.com", 1, key),
            texts=TEXTS,
            now=datetime(2026, 11, 21, 13, tzinfo=UTC),
            token=token,
            files=files,
            ours=ours,
            erp="demo",
            party=Party("K-000001-9", "Mara Beispiel", company=False),
            letters={"note.de.txt": b"Bis {{due|date}}"},
        )

    return make


class ScriptedServer:
    """Answers each command with the line written for it (its first word is the key); "!" drops the connection, "~" is silent.

    aiosmtpd cannot misbehave like this, and real mail servers do.
    """

    def __init__(self, script: dict[str, str]) -> None:
        self.script = {
            "GREET": "220 demo", "EHLO": "250-demo\r\n250 SIZE 1000000", "MAIL": "250 ok", "RCPT": "250 ok",
            "DATA": "354 go on", "TEXT": "250 taken", "QUIT": "221 bye", "AUTH": "235 in",
        } | script  # fmt: skip
        self.texts: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with closing(connection):
                try:
                    self._talk(connection)
                except OSError:
                    continue

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with connection.makefile("rb") as incoming:
            if not self._say(connection, "GREET"):
                return
            for line in incoming:
                command = line[:4].decode("ascii", "replace").strip().upper()
                if not self._say(connection, command) or command == "QUIT":
                    return
                if command == "DATA" and self.script["DATA"].startswith("354"):
                    self.texts.append(b"".join(iter(incoming.readline, b".\r\n")))
                    if not self._say(connection, "TEXT"):
                        return

    def _say(self, connection: socket.socket, command: str) -> bool:
        answer = self.script.get(command, "502 what?")
        if answer == "~":
            threading.Event().wait(1)
        if answer in ("!", "~"):
            return False
        connection.sendall(answer.encode() + b"\r\n")
        return True

    def close(self) -> None:
        self._listener.close()
        with closing(socket.socket()) as wake:
            wake.settimeout(0.1)
            wake.connect_ex(("127.0.0.1", self.port))
        self._thread.join(5)


@pytest.fixture
def scripted() -> Iterator[Callable[..., ScriptedServer]]:
    servers: list[ScriptedServer] = []

    def make(**script: str) -> ScriptedServer:
        servers.append(ScriptedServer(script))
        return servers[-1]

    yield make
    for server in servers:
        server.close()

"""An SMTP or LMTP server in a thread of its own, for this machine only; what comes in is a handler's business."""

import asyncio
import contextlib
import logging
import socket
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, AnyStr, Self
from weakref import WeakSet

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope

from cpm.channels.loopback import is_loopback
from cpm.errors import Invalid, Unavailable

_START_SECONDS = 10
#: for the answers about what has just been stored to leave; without them senders would send it again
_LAST_WORDS_SECONDS = 0.05
#: for a command, and for a message from its first line to its last; who is slower is let go
SECONDS = 120
#: who comes beyond them is asked to come later (RFC 5321 3.8)
MOST_SESSIONS = 100


class _Protocol(SMTP):
    #: Real mail has longer lines than the 998 that RFC 5322 2.1.1 allows; aiosmtpd would refuse it.
    line_length_limit = 1_000_000
    crowded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not self.crowded:
            super().connection_made(transport)
            return
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"421 4.3.2 Too many connections just now; please come again later\r\n")
        transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.crowded:
            super().connection_lost(error)

    def eof_received(self) -> bool:
        """Hangs up too: who comes and goes before aiosmtpd's first turn would leave a connection nobody closes."""
        super().eof_received()
        return False


class _Lmtp(LMTP, _Protocol):
    """One answer for each recipient that was taken, also to what aiosmtpd refuses by itself (RFC 2033 4.2)."""

    async def push(self, status: AnyStr) -> None:
        refused = isinstance(status, str) and status.startswith(("552 Error: Too much", "500 Line too long"))
        answers = len(self.envelope.rcpt_tos) if refused and self.envelope is not None else 1
        for _ in range(answers):
            await super().push(status)


class SmtpServer:
    """Listens from `start()` to `stop()`; port 0 lets the system choose, `port` then says which. Or at a UNIX socket.

    It has neither TLS nor login, so it binds to loopback and nothing else: a real mail server stands before it.
    """

    def __init__(
        self,
        handler: object,
        *,
        host: str,
        port: int,
        largest: int,
        lmtp: bool = False,
        path: Path | None = None,
        seconds: float = SECONDS,
        most_sessions: int = MOST_SESSIONS,
    ) -> None:
        host = "127.0.0.1" if host == "localhost" else host  # which may mean two addresses, and two ports
        if not is_loopback(host):
            raise Invalid(f"Expected a loopback address such as 127.0.0.1 to take mail at, but got {host}.")
        self.handler, self.host, self.port, self.largest = handler, host, port, largest
        self.path, self._kind = path, _Lmtp if lmtp else _Protocol
        self._seconds, self._most = seconds, most_sessions
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="smtp-server", daemon=True)
        self._ready = threading.Event()
        self._failure: OSError | None = None
        self._stopping: asyncio.Event = asyncio.Event()

    def start(self) -> Self:
        """Returns when it listens. Raises `Unavailable` when the port is taken."""
        # aiosmtpd logs addresses at INFO; our log holds none.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self._thread.start()
        self._ready.wait(_START_SECONDS)
        if self._failure is not None:
            raise Unavailable(
                f"Expected to listen for mail on {self.place}, but {self._failure.strerror or self._failure}."
            ) from self._failure
        return self

    @property
    def place(self) -> str:
        return f"{self.host}:{self.port}" if self.path is None else str(self.path)

    def stop(self) -> None:
        """Stops listening; a message being stored just now is stored to the end."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        sessions: WeakSet[_Protocol] = WeakSet()
        loop = self._loop = asyncio.get_running_loop()
        try:
            server = await self._listening(loop, lambda: self._session(sessions))
        except OSError as error:
            self._failure = error
            self._ready.set()
            return
        self._ready.set()
        await self._stopping.wait()
        for listening in server.sockets:
            loop.remove_reader(listening.fileno())
        await asyncio.sleep(
            0
        )  # who was let in just now: asyncio makes no transport for them once it is closed
        server.close()
        await loop.shutdown_default_executor()
        await asyncio.sleep(_LAST_WORDS_SECONDS)
        for session in list(sessions):
            if session.transport is not None:
                session.transport.close()

    async def _listening(
        self, loop: asyncio.AbstractEventLoop, session: Callable[[], asyncio.Protocol]
    ) -> asyncio.Server:
        if self.path is not None:
            _clear(self.path)
            server = await loop.create_unix_server(session, self.path)
            self.path.chmod(0o660)  # the mail server is of our group
            return server
        server = await loop.create_server(session, self.host, self.port)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def _session(self, sessions: WeakSet[_Protocol]) -> _Protocol:
        session = self._kind(
            self.handler,
            data_size_limit=self.largest,
            enable_SMTPUTF8=True,
            decode_data=False,
            hostname="localhost",
            ident="mail",
            loop=self._loop,
            timeout=self._seconds,
        )
        session.crowded = sum(each.transport is not None for each in sessions) >= self._most
        sessions.add(session)
        return session


def _clear(path: Path) -> None:
    """A socket that nobody listens at any more is taken away; OSError if somebody does, or it is something else."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise FileExistsError(None, "there is a file of that name", str(path))
        with socket.socket(socket.AF_UNIX) as asking, contextlib.suppress(ConnectionRefusedError):
            asking.connect(str(path))
            raise OSError(None, "another program listens there")
        path.unlink()


def received(envelope: Envelope) -> tuple[str, bytes]:
    """The envelope's sender ("" for a bounce, which aiosmtpd calls "<>") and the message."""
    content = envelope.content
    sender = (envelope.mail_from or "").strip("<>")
    return sender, content if isinstance(content, bytes) else (content or "").encode()


async def in_thread(work: Callable[..., Any], *arguments: object) -> Any:
    """Run what may wait for a disk or a database without making other senders wait."""
    return await asyncio.get_running_loop().run_in_executor(None, lambda: work(*arguments))

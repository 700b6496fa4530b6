"""An SMTP server in a thread of its own, for loopback only; what comes in is a handler's business."""

import asyncio
import ipaddress
import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope

from cpm.errors import Invalid, Unavailable

_START_SECONDS = 10
#: for the answers about what has just been stored to leave; without them senders would send it again
_LAST_WORDS_SECONDS = 0.05


class _Protocol(SMTP):
    #: Real mail has longer lines than the 998 that RFC 5322 2.1.1 allows; aiosmtpd would refuse it.
    line_length_limit = 1_000_000


class SmtpServer:
    """Listens from `start()` to `stop()`; port 0 lets the system choose, `port` then says which.

    It has neither TLS nor login, so it binds to loopback and nothing else: a real mail server stands before it.
    """

    def __init__(self, handler: object, *, host: str, port: int, largest: int) -> None:
        host = "127.0.0.1" if host == "localhost" else host  # which may mean two addresses, and two ports
        if not _is_loopback(host):
            raise Invalid(f"Expected a loopback address such as 127.0.0.1 to take mail at, but got {host}.")
        self.handler, self.host, self.port, self.largest = handler, host, port, largest
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
                f"Expected to listen for mail on {self.host}:{self.port}, but {self._failure.strerror or self._failure}."
            ) from self._failure
        return self

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
            server = await loop.create_server(lambda: self._session(sessions), self.host, self.port)
        except OSError as error:
            self._failure = error
            self._ready.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        server.close()
        await loop.shutdown_default_executor()
        await asyncio.sleep(_LAST_WORDS_SECONDS)
        for session in list(sessions):
            if session.transport is not None:
                session.transport.close()

    def _session(self, sessions: WeakSet[_Protocol]) -> _Protocol:
        session = _Protocol(
            self.handler,
            data_size_limit=self.largest,
            enable_SMTPUTF8=True,
            decode_data=False,
            hostname="localhost",
            ident="mail",
            loop=self._loop,
        )
        sessions.add(session)
        return session


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def received(envelope: Envelope) -> tuple[str, bytes]:
    """The envelope's sender ("" for a bounce, which aiosmtpd calls "<>") and the message."""
    content = envelope.content
    sender = (envelope.mail_from or "").strip("<>")
    return sender, content if isinstance(content, bytes) else (content or "").encode()


async def in_thread(work: Callable[..., Any], *arguments: object) -> Any:
    """Run what may wait for a disk or a database without making other senders wait."""
    return await asyncio.get_running_loop().run_in_executor(None, lambda: work(*arguments))

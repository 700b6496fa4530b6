"""A real IMAP server (pymap) in a thread of this process; and a line to it that can be cut."""

import argparse
import asyncio
import contextlib
import imaplib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from pymap.backend.dict import Config, DictBackend
from pymap.imap import IMAPServer
from pysasl.hashing import BuiltinHash

USER, PASSWORD = "service", "correct horse"


class ImapServer:
    """One account with an INBOX; the same messages for as long as the object lives."""

    def __init__(self, **more: object) -> None:
        self._more = more
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="imap", daemon=True)
        self.port = 0

    def start(self) -> "ImapServer":
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.run_forever()
        self._server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.05))

    async def _serve(self) -> None:
        args = argparse.Namespace(
            debug=False,
            host="127.0.0.1",
            port=0,
            cert=None,
            key=None,
            tls=False,
            proxy_protocol=None,
            passlib_cfg=None,
            demo_data=False,
            demo_user=USER,
            demo_password=PASSWORD,
            inherited_sockets=None,
        )
        # its usual hash takes a tenth of a second for each sign-in
        usual = {
            "hash_context": BuiltinHash(rounds=1),
            "secure_auth": False,
            "invalid_user_sleep": 0.0,
            "reject_dnsbl": False,
        }
        backend, config = await DictBackend.init(args, **{**usual, **self._more})
        config.apply_context()
        self.config: Config = config
        imap = IMAPServer(backend.login, config)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            from proxyprotocol.sock import SocketInfoLocal  # noqa: PLC0415

            with contextlib.suppress(ConnectionError):
                await imap(reader, writer, SocketInfoLocal(writer.transport))

        self._server = server = await asyncio.start_server(serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()

    @contextlib.contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        client.login(USER, PASSWORD)
        yield client
        client.logout()

    def put(self, *messages: bytes, folder: str = "INBOX", date: str | None = None) -> None:
        with self.client() as client:
            for raw in messages:
                assert client.append(folder, None, date, raw)[0] == "OK"

    def make(self, folder: str) -> None:
        with self.client() as client:
            assert client.create(folder)[0] == "OK"

    def clear(self) -> None:
        """No message anywhere, and a folder Archiv."""
        with self.client() as client:
            for folder in ("INBOX", "Archiv", "before"):
                client.create(folder)
                client.select(folder)
                client.store("1:*", "+FLAGS", r"(\Deleted)")
                client.expunge()
                if folder == "before":
                    client.close()
                    client.delete(folder)

    def mark(self, flag: str, *, add: bool) -> None:
        with self.client() as client:
            client.select("INBOX")
            client.store("1:*", "+FLAGS" if add else "-FLAGS", f"({flag})")

    def flags(self, folder: str = "INBOX") -> list[bytes]:
        """Of each message that lies there."""
        with self.client() as client:
            client.select(folder, readonly=True)
            return [line for line in client.fetch("1:*", "(FLAGS)")[1] if line]

    def count(self, folder: str = "INBOX") -> int:
        with self.client() as client:
            return int(client.select(folder, readonly=True)[1][0])

    def forget_uids(self) -> None:
        """Make the folder anew with the same messages, as a server does that was restored: another UIDVALIDITY."""
        with self.client() as client:
            client.rename("INBOX", "before")
            client.select("before")
            client.copy("1:*", "INBOX")


@contextlib.contextmanager
def imap_server(**more: object) -> Iterator[ImapServer]:
    server = ImapServer(**more).start()
    try:
        yield server
    finally:
        server.stop()


@dataclass
class Cut:
    """What to do to the line when the server says something with these bytes in it."""

    at: bytes
    times: int = 1
    stalls: float | None = None  #: seconds, then the rest comes; None: nothing comes any more


@contextlib.contextmanager
def breaking_line(server: ImapServer, cut: Cut) -> Iterator[int]:
    """A port that leads to the server; the connection ends in the middle of what is to be cut."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def copy(source: socket.socket, target: socket.socket, *, from_server: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if from_server and cut.times > 0 and cut.at in data:
                    cut.times -= 1
                    place = data.index(cut.at)
                    target.sendall(data[:place])
                    if cut.stalls is None:
                        break
                    time.sleep(cut.stalls)
                    data = data[place:]
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        source.close()

    def accept() -> None:
        while not ended.is_set():
            try:
                ours, _ = listening.accept()
            except OSError:
                return
            theirs = socket.create_connection(("127.0.0.1", server.port))
            for pair, from_server in (((ours, theirs), False), ((theirs, ours), True)):
                threading.Thread(
                    target=copy, args=pair, kwargs={"from_server": from_server}, daemon=True
                ).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()

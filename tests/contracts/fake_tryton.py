"""Servers on loopback that are no good: one that answers what it is told, and a go-between that cuts the line."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, str, bytes]  #: status, content type, body


@contextlib.contextmanager
def answering(answer: Callable[[str, str, bytes], Answer], *, byte_by_byte: float = 0) -> Iterator[str]:
    """Its address. `answer` gets method, path and body; seconds between two bytes of what it says."""

    class Handler(BaseHTTPRequestHandler):
        def _said(self) -> None:
            asked = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, kind, body = answer(self.command, self.path, asked)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            with contextlib.suppress(OSError):
                for at in range(len(body)) if byte_by_byte else ():
                    self.wfile.write(body[at : at + 1])
                    time.sleep(byte_by_byte)
                if not byte_by_byte:
                    self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _said  # noqa: N815  names of http.server

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class Cutter:
    """Between us and an ERP: passes on what we say, and from then on cuts the line instead of the answer to what it is told to cut."""

    def __init__(self, port: int) -> None:
        self._there = ("127.0.0.1", port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self._cut: bytes | None = None
        self.cuts = 0
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def cut(self, request: bytes | None) -> None:
        """The answers to requests whose first line begins so; None: none."""
        self._cut = request

    def close(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                us, _ = self._door.accept()
                threading.Thread(target=self._pass, args=(us,), daemon=True).start()

    def _pass(self, us: socket.socket) -> None:
        with contextlib.suppress(OSError), us, socket.create_connection(self._there) as there:
            while asked := _message(us):
                there.sendall(asked)
                said = _message(there)
                if self._cut is not None and asked.startswith(self._cut):
                    self.cuts += 1
                    us.sendall(said[:20])
                    return
                us.sendall(said)


def _message(of: socket.socket) -> bytes:
    """One request or answer with its body; empty at the end."""
    read = b""
    while b"\r\n\r\n" not in read:
        if not (part := of.recv(65_536)):
            return b""
        read += part
    head, _, _ = read.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    whole = len(head) + 4 + (int(lengths[0].split(b":")[1]) if lengths else 0)
    while len(read) < whole:
        read += of.recv(65_536)
    return read

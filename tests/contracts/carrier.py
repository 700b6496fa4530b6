"""Another system that is really there: answers as it is told, and remembers what it was asked."""

import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Carrier:
    """Answers as it is told, and remembers what it was asked."""

    status: int = 200
    answer: Any = field(default_factory=lambda: {"state": "on its way", "weight": 1.10})
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    pause: float = 0  #: seconds between two bytes
    slow_head: bool = False  #: a header that never ends, a byte every 0.2 s
    cut: bool = False  #: hangs up when it has read the request
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0


class served:  # noqa: N801 - reads as a function
    def __init__(self, told: Carrier, context: ssl.SSLContext | None = None) -> None:
        self.told = told
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(told))
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        told.port = self.server.server_address[1]

    def __enter__(self) -> Carrier:
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        return self.told

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def _handler(told: Carrier) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told.asked.append((self.command, self.path, dict(self.headers), body))
            if told.cut:
                self.close_connection = True
                return
            if told.slow_head:
                self._write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 50, 0.2)
                return
            content = told.raw if told.raw is not None else json.dumps(told.answer).encode()
            self.send_response(told.status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(content)),
                **told.headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self._write(content, told.pause)

        do_POST = do_DELETE = do_GET  # noqa: N815 - as the base class calls it

        def _write(self, content: bytes, pause: float) -> None:
            try:
                for each in [content] if not pause else [bytes([byte]) for byte in content]:
                    time.sleep(pause)
                    self.wfile.write(each)
                    self.wfile.flush()
            except OSError:
                pass  # nobody waits any more

        def log_message(self, *_: object) -> None:
            pass

    return Handler

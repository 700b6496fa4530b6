"""A clamd on a real socket that speaks INSTREAM and knows one virus."""

import socketserver
import struct
import threading
from pathlib import Path
from typing import Self

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd:
    """`with FakeClamd() as clamd`: listens at `clamd.address`; `path` for a UNIX socket; `limit` as its StreamMaxLength."""

    def __init__(self, path: Path | None = None, *, limit: int = 1 << 30) -> None:
        self.asked = 0
        self.limit = limit
        if path is None:
            self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
            self.address = "{}:{}".format(*self._server.server_address)
        else:
            self._server = socketserver.ThreadingUnixStreamServer(str(path), self._handler())
            self.address = str(path)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        fake = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                fake.asked += 1
                assert self.rfile.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!L", self.rfile.read(4))[0]:
                    content += self.rfile.read(size)
                    if len(content) > fake.limit:
                        self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                        return
                answer = b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
                self.wfile.write(answer)

        return Handler

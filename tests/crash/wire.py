"""A wire to another system, over loopback, that can be cut in the middle of a call: what was asked is done there, and nobody hears of it."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

_AT_ONCE = 65536
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: what is not sent yet is thrown away (socket(7))


class Wire:
    def __init__(self, to: int) -> None:
        """To a port of this machine; who listens there may come and go."""
        self._to = to
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def cut(self) -> int:
        """All calls that are under way; how many ends were open."""
        with self._guard:
            ends, self._open = self._open, set()
        for end in ends:
            _reset(end)
        return len(ends)

    def serve(self) -> None:
        """Until it is closed."""
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._door.accept()
                threading.Thread(target=self._join, args=(caller,), daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.cut()

    def _join(self, caller: socket.socket) -> None:
        try:
            there = socket.create_connection(("127.0.0.1", self._to), timeout=5)
        except OSError:
            _reset(caller)
            return
        there.settimeout(None)
        with self._guard:
            self._open |= {caller, there}
        threading.Thread(target=self._pump, args=(caller, there), daemon=True).start()
        self._pump(there, caller)

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while some := one.recv(_AT_ONCE):
                other.sendall(some)
        with self._guard:
            self._open -= {one, other}
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextlib.contextmanager
def wire(to: int) -> Iterator[Wire]:
    made = Wire(to)
    serving = threading.Thread(target=made.serve, daemon=True)
    serving.start()
    try:
        yield made
    finally:
        made.close()
        serving.join(5)


def _reset(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        end.shutdown(socket.SHUT_RDWR)
    end.close()

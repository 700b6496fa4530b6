"""The streams that open pages keep, one for each visitor: held, read and thrown away, so that the server has them to feed."""

import contextlib
import http.client
import re
import selectors
import socket
import threading
from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from tests.bench.web import Visitor, ask

_SINCE = re.compile(r'data-since="([^"]+)"')


@contextlib.contextmanager
def held(address: tuple[str, int], visitors: Iterable[Visitor]) -> Iterator[list[int]]:
    """How many bytes have come over each, as they come."""
    watch, stop = selectors.DefaultSelector(), threading.Event()
    counts: list[int] = []
    for number, who in enumerate(visitors):
        watch.register(_opened(address, who), selectors.EVENT_READ, number)
        counts.append(0)
    reader = threading.Thread(target=_read, args=(watch, counts, stop))
    reader.start()
    try:
        yield counts
    finally:
        stop.set()
        reader.join()
        for key in list(watch.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        watch.close()


def _opened(address: tuple[str, int], who: Visitor) -> socket.socket:
    connection = http.client.HTTPConnection(*address, timeout=30)
    found = _SINCE.search(ask(connection, who, "GET", "/inbox")[1])
    connection.close()
    assert found is not None, "Expected the inbox to say until when it knows, but it does not"
    stream = socket.create_connection(address, timeout=30)
    query = urlencode({"after": found[1], "lists": "tasks", "case": ""})
    host = f"{address[0]}:{address[1]}"
    stream.sendall(f"GET /live?{query} HTTP/1.1\r\nHost: {host}\r\nCookie: {who.cookie}\r\n\r\n".encode())
    return stream


def _read(watch: selectors.BaseSelector, counts: list[int], stop: threading.Event) -> None:
    while not stop.is_set():
        for key, _ in watch.select(0.5):
            came = len(key.fileobj.recv(65536))  # type: ignore[union-attr]
            counts[key.data] += came
            if not came:
                watch.unregister(key.fileobj)

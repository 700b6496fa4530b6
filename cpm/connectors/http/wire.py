"""One HTTP request to an address that was looked at before: no redirect is followed, and no answer is read without end."""

import socket
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from urllib3 import HTTPHeaderDict, exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection

from cpm.connectors.http.allowed import Entry, address_of

LARGEST = 5_000_000  #: bytes of an answer, unpacked
_PIECE = 65_536
_AS_IT_IS = "/%:@!$&'()*+,;=~?"  #: of a path and a query (RFC 3986 3.3, 3.4)


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    timeout: float = 10.0  #: seconds, for all of it


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: Mapping[str, str]  #: names in lower case
    body: bytes


class NotReached(Exception):
    """`sent`: the request may have arrived; `passes`: trying again may help."""

    def __init__(self, why: str, *, sent: bool, passes: bool = True) -> None:
        super().__init__(why)
        self.sent, self.passes = sent, passes


def exchange(request: Request, entries: Sequence[Entry]) -> Response:
    """Raises NotAllowed, or NotReached with the host's name in its sentence, never with the path or a secret."""
    url = urlsplit(request.url)
    host = url.hostname or ""
    until = time.monotonic() + request.timeout
    try:
        address, port = address_of(url, entries, within=request.timeout)
    except TimeoutError as error:
        raise NotReached(
            f"Expected to find the host {host} within {request.timeout:g} s, but no name server says where it is.",
            sent=False,
        ) from error
    except (OSError, ValueError) as error:
        raise NotReached(
            f"Expected to find the host {host}, but its name leads nowhere.", sent=False
        ) from error
    connection = _connection(url.scheme, host, address, port, max(until - time.monotonic(), 0.01))
    try:
        _connect(connection, host)
        if time.monotonic() > until:  # nothing was asked: else a POST would be of unknown outcome
            raise NotReached(
                f"Expected to reach {host} within {request.timeout:g} s, but it takes longer.", sent=False
            )
        with _ending(connection, until):
            return _asked(connection, request, url, until)
    except (TimeoutError, exceptions.TimeoutError) as error:
        raise _late(host, request) from error
    except (exceptions.HTTPError, HTTPException, OSError) as error:
        if time.monotonic() > until:
            raise _late(host, request) from error
        raise NotReached(f"Expected {host} to answer, but the connection broke.", sent=True) from error
    finally:
        connection.close()


def _connection(scheme: str, host: str, address: str, port: int, timeout: float) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(address, port, timeout=timeout)
    return HTTPSConnection(
        address, port, timeout=timeout, server_hostname=host, assert_hostname=host, cert_reqs="CERT_REQUIRED"
    )


def _connect(connection: HTTPConnection, host: str) -> None:
    """Apart from the request: what breaks here has asked nobody for anything."""
    try:
        connection.connect()
    except (ssl.SSLError, exceptions.SSLError, ValueError) as error:
        raise NotReached(
            f"Expected {host} to prove who it is, but its certificate does not.", sent=False, passes=False
        ) from error
    except (exceptions.HTTPError, OSError) as error:
        raise NotReached(f"Expected to reach {host}, but it cannot be connected to.", sent=False) from error


@contextmanager
def _ending(connection: HTTPConnection, until: float) -> Iterator[None]:
    """Hangs up when time is over: a socket's own timeout begins anew with every byte of a header that drips."""
    timer = Timer(max(until - time.monotonic(), 0.01), _hang_up, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):  # it may be over already
        socket.socket.shutdown(line, socket.SHUT_RDWR)  # below TLS, whose own waits for an answer


def _asked(connection: HTTPConnection, request: Request, url: SplitResult, until: float) -> Response:
    headers = HTTPHeaderDict({"Accept-Encoding": "identity", "User-Agent": "cpm"})
    for name, value in {**request.headers, "Host": url.netloc.rpartition("@")[2]}.items():
        headers[name] = value
    target = quote(f"{url.path or '/'}{'?' + url.query if url.query else ''}", safe=_AS_IT_IS)
    connection.request(request.method, target, request.body, headers, preload_content=False)
    answer = connection.getresponse()
    seen = {name.lower(): value for name, value in answer.headers.items()}
    return Response(answer.status, seen, _read(answer, until, url.hostname or ""))


def _late(host: str, request: Request) -> NotReached:
    return NotReached(f"Expected {host} to answer within {request.timeout:g} s, but it did not.", sent=True)


def _read(answer: Any, until: float, host: str) -> bytes:
    """A host that sends everything would take a worker's memory. What is cut short by us is no answer."""
    found = bytearray()
    while piece := answer.read1(_PIECE, decode_content=True):
        found += piece
        if len(found) > LARGEST:
            raise NotReached(
                f"Expected at most {LARGEST} bytes from {host}, but there are more.", sent=True, passes=False
            )
        if time.monotonic() > until:
            break
    if time.monotonic() > until:
        raise TimeoutError
    return bytes(found)

"""One exchange with the server: time-outs, a limit to what is read, and what is known when it fails.

Nothing is repeated here, no redirect is followed, and no compressed answer is accepted: none was asked for.
"""

import contextlib
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from cpm.connectors.erp.faults import ErpFault

#: Bytes of an answer; the largest we ask for are a page of changes and an invoice as PDF.
LARGEST = 16_000_000
_CHUNK = 65_536
#: Waiting longer for a connection on a local network tells nothing more.
_CONNECT = 3.0
_UNTIL: ContextVar[float | None] = ContextVar("tryton_until", default=None)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    kind: str  #: the content type, lower case
    body: bytes
    at: datetime | None = None  #: by the server's clock, UTC without a zone, as Tryton has moments


class Http:
    def __init__(self, url: str, *, timeout: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"Expected an address of an ERP as http://host:port, but {url!r} is none.")
        self.where = f"{parts.scheme}://{parts.netloc}"
        self.timeout = timeout
        self._pool = urllib3.PoolManager(num_pools=2, maxsize=8, retries=False)

    @contextlib.contextmanager
    def within(self) -> Iterator[None]:
        """All exchanges inside have one time-out together; inside another such block nothing is added to its time."""
        if _UNTIL.get() is not None:
            yield
            return
        token = _UNTIL.set(time.monotonic() + self.timeout)
        try:
            yield
        finally:
            _UNTIL.reset(token)

    def exchange(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        writes: bool,
    ) -> Answer:
        """ErpFault: `unreachable` if nothing was sent, then `timeout` of a reading call, `unknown_outcome` of a writing one."""
        until = _UNTIL.get() or time.monotonic() + self.timeout
        try:
            with self._pool.request(
                method,
                self.where + path,
                body=body,
                headers={"Accept-Encoding": "identity", **(headers or {})},
                timeout=_time(until, writes=writes),
                redirect=False,
                preload_content=False,
                decode_content=False,
            ) as response:
                kind = response.headers.get("Content-Type", "").lower()
                at = _moment(response.headers.get("Date", ""))
                return Answer(response.status, kind, _read(response, until, writes=writes), at)
        except (NewConnectionError, NameResolutionError, ConnectTimeoutError) as error:
            raise ErpFault(
                "unreachable", f"Expected to reach the ERP at {self.where}, but it does not answer there."
            ) from error
        except ReadTimeoutError as error:
            raise late(writes=writes) from error
        except (HTTPError, OSError, ValueError) as error:
            raise broken("the connection ended in mid-answer", writes=writes) from error


def late(*, writes: bool) -> ErpFault:
    if writes:
        return ErpFault(
            "unknown_outcome",
            "Expected the ERP to say what became of a change, but it did not answer in time. It may be done.",
        )
    return ErpFault("timeout", "Expected an answer of the ERP, but it did not come in time.")


def broken(fact: str, *, writes: bool) -> ErpFault:
    if writes:
        return ErpFault(
            "unknown_outcome", f"Expected the ERP to say what became of a change, but {fact}. It may be done."
        )
    return ErpFault("unreachable", f"Expected an answer of the ERP, but {fact}.")


def _moment(text: str) -> datetime | None:
    with contextlib.suppress(ValueError, OverflowError):
        return parsedate_to_datetime(text).astimezone(UTC).replace(tzinfo=None)
    return None


def _time(until: float, *, writes: bool) -> urllib3.Timeout:
    left = until - time.monotonic()
    if left <= 0:
        # Nothing is sent any more, but what was asked for before in the same go may be half done.
        raise late(writes=writes)
    return urllib3.Timeout(connect=min(_CONNECT, left), read=left)


def _read(response: urllib3.BaseHTTPResponse, until: float, *, writes: bool) -> bytes:
    """A server that sends a byte now and then is late as well."""
    parts, size = [], 0
    while part := response.read1(_CHUNK, decode_content=False):
        size += len(part)
        if size > LARGEST:
            raise broken("it sent more than anybody asked for", writes=writes)
        if time.monotonic() > until:
            raise late(writes=writes)
        parts.append(part)
    return b"".join(parts)

"""One log line a request, and one id that its answer and everything logged on the way carry."""

import logging
import re
import time
import uuid
from contextvars import ContextVar

from flask import Flask, g, request
from flask.wrappers import Response

from web.here import engine

log = logging.getLogger(__name__)
HEADER = "X-Request-ID"
_FIT = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str | None] = ContextVar("request_id", default=None)


class RequestIds(logging.Filter):
    """For a log handler: adds the id of the request that was being answered."""

    def filter(self, record: logging.LogRecord) -> bool:
        if (found := _current.get()) is not None:
            record.request = found
        return True


def register(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    """An id that comes from our own proxy goes on; nobody else may choose one."""
    given = request.headers.get(HEADER, "") if engine().settings.http_proxies else ""
    g.request_id = given if _FIT.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()
    _current.set(g.request_id)


def _end(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    took = (time.perf_counter() - g.began) * 1000
    visitor = g.get("visitor")
    log.info(
        "request",
        extra={
            "method": request.method,
            "endpoint": request.endpoint or "-",
            "status": response.status_code,
            "ms": round(took, 1),
            "login": visitor.login if visitor else "-",
        },
    )
    return response

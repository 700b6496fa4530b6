"""The stream of one tab. `Last-Event-ID`, or `after` where a tab opens it anew, says until when it knows what happened."""

import secrets
import socket
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from cpm import case_numbers
from cpm.errors import Invalid
from cpm.model import Case, Role
from cpm.queries import access as sight
from cpm.queries import news
from cpm.queries.news import OVERLAP
from cpm.uow import UnitOfWork
from web import access
from web.here import engine
from web.live.hints import Listener, hints, moment_of, number_of, written
from web.live.hub import Hub
from web.visitor import visitor

blueprint = Blueprint("live", __name__)
#: Under this name the application has its hub, where the server lets go of connections (`web.live.gunicorn`).
HUB = "live"
#: Who was away for longer is told that much may have happened.
LOOKS_BACK = timedelta(minutes=10)
_HEADERS = {"X-Accel-Buffering": "no"}  # nginx would keep events back
#: Milliseconds after which a browser comes again, when its stream has ended; and where it gets none.
_AGAIN, _ASKS = 1_000, 5_000


class Handed(Exception):
    """The connection is somebody else's now: the server is to forget it."""


class _Stream(Response):
    """Its connection goes to the hub, with all that this answer has become on its way."""

    hub: Hub
    listener: Listener
    since: datetime

    def __call__(self, environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = self.get_wsgi_headers(environ)
        headers.remove("Content-Length")  # it ends when it ends
        start_response(self.status, headers.to_wsgi_list())
        lines = [
            f"HTTP/1.1 {self.status}",
            "Connection: close",
            *(f"{name}: {text}" for name, text in headers),
        ]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1") + b"".join(self.iter_encoded())
        self.hub.take(_taken(environ["gunicorn.socket"]), head, self.listener, self.since)
        raise Handed


@blueprint.get("/live")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def stream() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        listener, since = _listener(look), _since(look.now)
        away = look.now - since > LOOKS_BACK
        since = max(since, look.now - LOOKS_BACK)
        begin = written("reset", 0, number_of(look.now)) if away else b""
        if (hub := _hub(listener)) is None:
            return _at_once(look, listener, since, begin)
    response = _Stream(f"retry: {_AGAIN + secrets.randbelow(2_000)}\n\n".encode() + begin, headers=_HEADERS)
    response.content_type = "text/event-stream"
    response.hub, response.listener, response.since = hub, listener, since
    return response


def _at_once(look: UnitOfWork, listener: Listener, since: datetime, begin: bytes) -> Response:
    """What there is; the browser comes again by itself."""
    found = news.news(look, list(news.entries(look, since - OVERLAP, {listener.case or 0})))
    number = number_of(look.now)
    told = [written(*hint, number) for hint in hints(listener, found)]
    if any(login == listener.login for login, *_ in news.rings(look)):
        told.append(written("talk", 0, number))
    body = [f"retry: {_ASKS}\n\n".encode(), begin, written("beat", 0, number), *told]
    return Response(b"".join(body), content_type="text/event-stream", headers=_HEADERS)


def _listener(look: UnitOfWork) -> Listener:
    who = visitor()
    return Listener(
        who.login,
        who.teams,
        who.has(Role.SUPERVISOR),
        who.sign_in or 0,
        request.args.get("lists", ""),
        _case(look, request.args.get("case", "")),
    )


def _case(look: UnitOfWork, number: str) -> int | None:
    """None for what is no case of theirs: a page of one that is gone hears no more of it."""
    try:
        case_id = case_numbers.case_id(number) if number else None
    except Invalid:
        return None
    if case_id is None:
        return None
    return look.session.scalar(sight.visible(look, select(Case.id).where(Case.id == case_id)))


def _since(now: datetime) -> datetime:
    """What is no moment, or has not come yet, is now."""
    said = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    return min(moment_of(int(said)), now) if said.isdecimal() and len(said) < 15 else now


def _hub(listener: Listener) -> Hub | None:
    hub: Hub | None = current_app.extensions.get(HUB)
    return (
        hub if hub is not None and "gunicorn.socket" in request.environ and hub.has_room(listener) else None
    )


def _taken(sock: socket.socket) -> socket.socket:
    return socket.socket(sock.family, sock.type, sock.proto, fileno=sock.detach())

"""Our web server, running for a test in this process over a database of its own."""

import contextlib
import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from werkzeug.serving import make_server

from tests.clock import FakeClock
from tests.world import World
from web.app import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ENDS_WITHIN = 0.02  #: seconds; so often it looks whether it shall end: by default every half second


@dataclass(frozen=True, slots=True)
class Site:
    url: str
    app: Flask
    #: For what happens behind the pages: mails that come, and `drain()` for the worker.
    world: World
    clock: FakeClock


@contextlib.contextmanager
def opened(world: World, clock: FakeClock) -> Iterator[Site]:
    app = create_app(world.engine)
    with served(app) as url:
        yield Site(url, app, world, clock)


@contextlib.contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """Where it answers until the block ends; at a free port unless one is named."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", port, _with_files_closed(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(ENDS_WITHIN,), name="site")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _with_files_closed(app: Flask) -> "WSGIApplication":
    """Werkzeug's server leaves a file open whose reader has gone away by the time it looks for the rest of what was asked."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        found = app(environ, start_response)
        if not environ["PATH_INFO"].startswith("/static/"):
            return found
        with contextlib.closing(cast("Any", found)):
            return [b"".join(found)]

    return answer

"""Our web server, running for a test in this process over a database of its own."""

import contextlib
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from werkzeug.serving import make_server

from tests.clock import FakeClock
from tests.world import World
from web.app import create_app

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
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(ENDS_WITHIN,), name="site")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

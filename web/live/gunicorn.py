"""gunicorn's threads, with two habits of our own.

A connection that is a stream is let go of: it goes on, and its thread answers others. And a process that is at work leaves
a request that comes to one that is not, for a moment: two at once in one process take turns, while the other's core rests.
"""

import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]  # as its makers ship it

from web.live.hub import Hub
from web.live.view import HUB, Handed

_PATIENCE = 0.02  #: seconds that a request waits for a process at rest, if there is none


class Worker(ThreadWorker):  # type: ignore[misc]  # as its makers ship it
    _left_since = 0.0  #: monotonic; since then a request is left to others. 0: none is

    def load_wsgi(self) -> None:
        super().load_wsgi()
        if not self.cfg.is_ssl:  # what is encrypted here cannot be handed on
            self.wsgi.extensions[HUB] = Hub(self.wsgi.extensions["cpm"])

    def accept(self, listener: Any) -> None:
        if self._at_work() and not self._left_since:
            self._left_since = time.monotonic()
            self.set_accept_enabled(False)
        else:
            super().accept(listener)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - as its makers call it
        super().set_accept_enabled(enabled and self._patience() <= 0)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        if not self._left_since:
            super().wait_for_and_dispatch_events(timeout)
        elif (left := self._patience()) > 0:
            super().wait_for_and_dispatch_events(min(timeout, left))
        else:  # it is still there and taken now, or another process has it
            super().wait_for_and_dispatch_events(0)
            self._left_since = 0.0

    def handle_request(self, req: Any, conn: Any) -> Any:
        try:
            return super().handle_request(req, conn)
        except Handed:
            return False

    def finish_request(self, conn: Any, fs: Any) -> None:
        self._left_since = 0.0
        if conn.sock.fileno() < 0:  # handed on
            self.nr_conns -= 1
        else:
            super().finish_request(conn, fs)

    def _at_work(self) -> bool:
        return bool(self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns))

    def _patience(self) -> float:
        """For how many seconds more what has come is left to others."""
        return self._left_since + _PATIENCE - time.monotonic()

"""gunicorn's threads, which let go of a connection that is a stream: it goes on, and its thread answers others."""

from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]  # as its makers ship it

from web.live.hub import Hub
from web.live.view import HUB, Handed


class Worker(ThreadWorker):  # type: ignore[misc]  # as its makers ship it
    def load_wsgi(self) -> None:
        super().load_wsgi()
        if not self.cfg.is_ssl:  # what is encrypted here cannot be handed on
            self.wsgi.extensions[HUB] = Hub(self.wsgi.extensions["cpm"])

    def handle_request(self, req: Any, conn: Any) -> Any:
        try:
            return super().handle_request(req, conn)
        except Handed:
            return False

    def finish_request(self, conn: Any, fs: Any) -> None:
        if conn.sock.fileno() < 0:  # handed on
            self.nr_conns -= 1
        else:
            super().finish_request(conn, fs)

"""Another system: a ledger over loopback that remembers every key it was asked under, and what for.

Some of its answers are slow, some say that it is away just now, some get lost after it has done what it was asked.
"""

import contextlib
import http.client
import json
import os
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cpm.connectors import Call, Done, Outcome, Retry


@dataclass(frozen=True, slots=True)
class Trouble:
    """How often something goes wrong, as parts of 1."""

    away: float = 0.02
    lost: float = 0.02
    slow: float = 0.1


@dataclass
class Counterpart:
    dice: random.Random
    trouble: Trouble = field(default_factory=Trouble)
    watch: Callable[[int, dict[str, Any]], None] = lambda _pid, _asked: None
    numbers: dict[str, int] = field(default_factory=dict)  #: what each key got
    asked: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))  #: by key
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, key: str, body: dict[str, Any]) -> tuple[str, int]:
        """What becomes of a request, and the number that belongs to its key."""
        with self._lock:
            luck = self.dice.random()
            if luck < self.trouble.away:
                return "away", 0
            self.asked[key].append(body)
            number = self.numbers.setdefault(key, len(self.numbers) + 1)
        if luck < self.trouble.away + self.trouble.lost:
            return "lost", number
        if luck > 1 - self.trouble.slow:
            time.sleep(0.5)
        return "done", number


@contextlib.contextmanager
def serving(counterpart: Counterpart) -> Iterator[Counterpart]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            counterpart.watch(int(self.headers["X-Worker"]), body)
            fate, number = counterpart.answer(self.headers["Idempotency-Key"], body)
            if fate == "lost":
                self.connection.close()
                return
            with contextlib.suppress(OSError):  # who asked was killed
                self.send_response(503 if fate == "away" else 200)
                self.end_headers()
                self.wfile.write(str(number).encode())

        def log_message(self, *_arguments: object) -> None:
            """Nobody reads it."""

        def finish(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                super().finish()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    counterpart.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield counterpart
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Ledger:
    """The connector to it: `ledger.book` gives `booked`, `ledger.<verb>` gives `<verb>_no`."""

    name = "ledger"

    def __init__(self, port: int) -> None:
        self._port = port

    def __call__(self, call: Call) -> Outcome:
        asked = {"verb": call.verb, "case": call.case_number, **call.inputs}
        headers = {"Idempotency-Key": call.key, "X-Worker": str(os.getpid())}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request("POST", "/", json.dumps(asked, default=str), headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            return Retry(f"No answer: {error}")
        finally:
            connection.close()
        return Done({f"{call.verb}_no": int(text)}) if answer.status == 200 else Retry("Away.")

"""Streams on the real server: they take no thread from anybody, and hear all that happened while the server was away."""

import contextlib
import http.client
import re
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from cpm import passwords
from cpm.clock import utcnow
from cpm.commands import passwords as password_commands
from tests.bench.web import PASSWORD, Visitor, ask, sign_in
from tests.crash.serving import PATIENCE, free_port, serving
from tests.databases import Kind, Sqlite, opened
from tests.world import World, mail, world

THREADS = 2
STREAMS = 40


@dataclass
class Ear:
    """What a browser does with a stream: it reads, remembers where it was, and comes again."""

    address: tuple[str, int]
    who: Visitor
    last: str = ""
    heard: list[str] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> "Ear":
        """It is open with the first beat, a second after it was asked for."""
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def _read(self) -> None:
        connection = http.client.HTTPConnection(*self.address)
        with contextlib.suppress(OSError, http.client.HTTPException):
            headers = {"Cookie": self.who.cookie, "Last-Event-ID": self.last}
            connection.request("GET", "/live?lists=tasks", headers=headers)
            with connection.getresponse() as answer:
                for line in answer:
                    name, _, value = line.decode().strip().partition(": ")
                    if name == "id":
                        self.last = value
                    elif name == "event" and value == "beat":
                        self.open.set()
                    elif name == "data" and value != "0":
                        self.heard.append(value)
        connection.close()
        self.ended.set()

    def hears(self, what: int) -> bool:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if str(what) in self.heard:
                return True
            time.sleep(0.05)
        return False


def _new_step(firm: World, number: int) -> int:
    case = firm.receive(mail(message_id=f"<{number}@example.org>", sender=f"<kim{number}@example.org>"))
    return firm.step(case, "check_facts").id


def test_streams_take_no_threads_and_survive_a_restart(sqlite: Sqlite, tmp_path: Path):
    with sqlite.fresh(tmp_path, Kind.FURNISHED) as url, opened(url) as database:
        firm = world(database, tmp_path, utcnow)
        with firm.engine.begin("cpm test") as uow:
            password_commands.put(uow, "anna", passwords.hash_(PASSWORD))
            password_commands.put(uow, "ben", passwords.hash_(PASSWORD))
        port = free_port()
        address = ("127.0.0.1", port)
        with serving(url, tmp_path, port, THREADS) as server:
            browsers = [sign_in(address, who) for who in ("anna", "ben", "anna")]
            ears = [Ear(address, browsers[number % 3]).listen() for number in range(STREAMS)]
            assert all(ear.open.wait(PATIENCE) for ear in ears)
            took = _seconds_of_a_page(address, browsers[0])
            assert took < 2, f"{STREAMS} streams beside {THREADS} threads: a page took {took:.1f} s"
            step = _new_step(firm, 1)
            assert all(ear.hears(step) for ear in ears)
            assert _asked(address, browsers[1], "POST", "/sign-out") == (303, "")
            server.kill()  # gunicorn's parent; its child notices
            server.wait()
            assert all(ear.ended.wait(PATIENCE) for ear in ears)
        missed = _new_step(firm, 2)
        with serving(url, tmp_path, port, THREADS):
            again = Ear(address, browsers[0], ears[0].last).listen()
            assert again.open.wait(PATIENCE)
            assert again.hears(missed), "what happened while nobody served is told afterwards"
            assert _asked(address, browsers[1], "GET", "/live")[0] == 401


def _seconds_of_a_page(address: tuple[str, int], who: Visitor) -> float:
    began = time.perf_counter()
    status, page = _asked(address, who, "GET", "/inbox?view=team")
    assert status == 200
    assert re.search(r'data-since="\d{13}"', page)
    return time.perf_counter() - began


def _asked(address: tuple[str, int], who: Visitor, method: str, path: str) -> tuple[int, str]:
    with contextlib.closing(http.client.HTTPConnection(*address, timeout=PATIENCE)) as connection:
        status, text = ask(connection, who, method, path, {} if method == "POST" else None)
        return status, text if status == 200 else ""

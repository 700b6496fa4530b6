"""`cpm fetch` and `cpm intake --lmtp` as processes of a test's own, begun anew whenever they are killed."""

import signal
import threading
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from cpm.channels.smtp_intake import intake
from cpm.commands import fetching, interactions
from cpm.fetching import Fetcher
from tests.crash.hosts import engine_on, forked

#: Nobody waits a minute for a test.
LEASE = timedelta(seconds=1)
_LIVES = 900  # seconds, should the tests themselves die


class Programs:
    def __init__(self, url: str, home: Path, environ: dict[str, str]) -> None:
        self.path = home / "lmtp"
        self._begins = ((_fetch, (url, home, environ)), (_take_in, (url, home, self.path)))
        self._living: list[BaseProcess] = [self._begun(number) for number in (0, 1)]

    def kill(self, number: int) -> None:
        self._end(self._living[number])
        self._living[number] = self._begun(number)

    def end(self) -> None:
        for living in self._living:
            self._end(living)

    def _end(self, living: BaseProcess) -> None:
        living.kill()
        living.join()
        living.close()

    def _begun(self, number: int) -> BaseProcess:
        what, arguments = self._begins[number]
        process = forked().Process(target=what, args=arguments, daemon=True)
        process.start()
        return process


def _fetch(url: str, home: Path, environ: dict[str, str]) -> None:
    fetching.LEASE = LEASE
    signal.alarm(_LIVES)
    Fetcher(engine_on(url, home), environ=environ).run()


def _take_in(url: str, home: Path, path: Path) -> None:
    signal.alarm(_LIVES)
    engine = engine_on(url, home)

    def deliver(raw: bytes, _sender: str, _to: object) -> None:
        with engine.begin("mailbox") as uow:
            interactions.store(uow, raw, process="complaint")

    with intake(deliver, lmtp=True, path=path):
        threading.Event().wait(_LIVES)

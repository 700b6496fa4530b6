"""`cpm work`: forks workers, starts anew those that die, and writes down what they died with.

A job that kills its worker (a crash of a C library, no memory left) rolls its own attempt back and would kill worker
after worker. So each shares with us what it has in hand (`hands`); we count. No thread here: we fork.
"""

import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from cpm.commands import jobs
from cpm.commands.jobs import Share
from cpm.engine import Engine
from cpm.errors import CpmError, Unavailable
from cpm.worker import child, roster
from cpm.worker.roster import Roster

log = logging.getLogger(__name__)

ACTOR = "watch"
_TRIES_AGAIN, _LOOKS_EVERY = 1.0, 5.0  # seconds
#: Before anybody works, deaths with an earlier parent are to be written down: PostgreSQL gives locks back only when it
#: sees that nobody is behind a connection any more. A job that another host has in hand is not waited for longer.
_MOURNS, _LOOKS_AFTER_LOCKS = 3.0, 0.05  # seconds


@dataclass(frozen=True, slots=True)
class Brake:
    """How long a worker is waited for that died: at first not at all, then twice as long each time, in seconds."""

    first: float = 0.2
    longest: float = 30.0
    lived: float = 10.0  #: who has worked that long is no sign of lasting trouble

    def after(self, deaths: int) -> float:
        return 0.0 if deaths <= 1 else min(self.longest, self.first * 2 ** min(deaths - 2, 20))


@dataclass(slots=True)
class _Place:
    """Where one worker works after the other."""

    number: int
    share: Share
    pid: int | None = None
    begun: float = 0.0
    deaths: int = 0  #: in a row, each soon after its beginning
    due: float = 0.0  #: when the next may begin


@dataclass(frozen=True, slots=True)
class _Death:
    """Of a worker, and what it had in hand that is not yet written down."""

    name: str
    held: list[int]
    alone: bool = (
        True  #: it tries one job at a time; of who died with their parent nobody knows, and it counts as that
    )


class Watch:
    def __init__(
        self,
        opened: Callable[[], Engine],
        home: Path,
        *,
        processes: int,
        calls: int = 2,
        lease: timedelta = jobs.LEASE,
        brake: Brake | None = None,
    ) -> None:
        """One worker more than asked for tries alone what was in hand when one died. Nothing is open while we fork."""
        self._opened, self._folder, self._brake = opened, home / "workers", brake or Brake()
        self._orders = child.Orders(opened, calls, lease)
        shares = [Share.SOUND] * processes + [Share.SUSPECT]
        self._places = [_Place(number, share) for number, share in enumerate(shares)]
        self._died: list[_Death] = []
        self._stopping, self._gone = False, False

    def run(self) -> None:
        """Until SIGTERM, SIGINT or SIGHUP, and then until the workers have settled what they have in hand.

        Unavailable if the database or the roster's folder cannot be used, or the folder goes: with SQLite the database
        went with it, and its file without a name would swallow what is written.
        """
        with roster.orphaned(self._folder) as died:
            self._died = self._written([_Death(*each) for each in died])
        self._roster = Roster(self._folder, len(self._places))
        lifeline = os.pipe()  # its writing end closes when we die, and nobody else has it
        with child.bell(self._stop) as bell:
            self._mourn(bell)
            while not self._stopping or self._living():
                self._reap()
                self._write_deaths()
                self._tell() if self._stopping else self._begin(lifeline)
                bell.wait(self._nap())
                self._gone = self._gone or self._roster.is_gone()
                self._stopping = self._stopping or self._gone
        self._write_deaths()
        self._roster.close()
        for end in lifeline:
            os.close(end)
        if self._gone:
            raise Unavailable(f"Expected to keep the folder {self._folder}, but it was taken away")

    def _mourn(self, bell: child.Bell) -> None:
        enough = time.monotonic() + _MOURNS
        while self._died and not self._stopping and time.monotonic() < enough:
            bell.wait(_LOOKS_AFTER_LOCKS)
            self._write_deaths()

    def _stop(self) -> None:
        self._stopping = True

    def _living(self) -> list[int]:
        return [place.pid for place in self._places if place.pid is not None]

    def _begin(self, lifeline: tuple[int, int]) -> None:
        for place in self._places:
            if place.pid is None and place.due <= time.monotonic():
                name, hands = self._roster.enter(place.number)
                place.begun = time.monotonic()
                try:
                    place.pid = child.fork(self._orders, name, place.share, hands, lifeline)
                except OSError as error:  # no memory, or too many processes: that may pass
                    log.error("worker.not_begun", extra={"worker": name, "why": error.strerror})  # noqa: TRY400
                    place.due = time.monotonic() + self._brake.longest

    def _tell(self) -> None:
        for pid in self._living():
            os.kill(pid, signal.SIGTERM)

    def _reap(self) -> None:
        for place in self._places:
            if place.pid is not None and (ended := os.waitpid(place.pid, os.WNOHANG))[0]:
                place.pid = None
                self._ended(place, os.waitstatus_to_exitcode(ended[1]))

    def _ended(self, place: _Place, code: int) -> None:
        name, held = self._roster.left(place.number)
        if held:
            self._died.append(_Death(name, held, alone=place.share == Share.SUSPECT))
        if self._stopping and not held:
            return
        log.error("worker.died", extra={"worker": name, "code": code, "jobs": held})
        soon = time.monotonic() - place.begun < self._brake.lived
        place.deaths = place.deaths + 1 if soon else 1
        place.due = time.monotonic() + self._brake.after(place.deaths)

    def _write_deaths(self) -> None:
        """What cannot be written now is tried again; also what others of this machine left."""
        try:
            with roster.orphaned(self._folder) as orphans:
                self._died = self._written([*self._died, *(_Death(*each) for each in orphans)])
        except CpmError as error:
            log.warning("deaths.not_written", extra={"why": str(error)})

    def _written(self, died: Sequence[_Death]) -> list[_Death]:
        """Write them down; those that have to wait, since another has such a job in hand just now."""
        if not died:
            return []
        engine = self._opened()
        try:
            with engine.begin(ACTOR) as uow:
                left = [
                    replace(each, held=jobs.bereave(uow, each.name, each.held, alone=each.alone))
                    for each in died
                ]
        finally:
            engine.database.close()
        return [each for each in left if each.held]

    def _nap(self) -> float:
        """Seconds until something is to be done that no signal tells."""
        if self._died:
            return _TRIES_AGAIN
        dues = [place.due - time.monotonic() for place in self._places if place.pid is None]
        return max(0.0, min([*dues, _LOOKS_EVERY]))

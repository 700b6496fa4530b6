"""The worker: claim, call, settle; ring timers; take over what another worker's death left behind.

Threads of one process share nothing but the database. Killed at any moment, nothing is lost: an inline job rolls
back and is there again, an external call's lease runs out and somebody else makes it again under the same key.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar

from cpm import announcing, batching, master_data, mentions_mailed, scanning
from cpm.commands import (
    batch_work,
    documents,
    inner,
    jobs,
    party_jobs,
    settling,
    webhooks,
)
from cpm.commands.circles import Circle
from cpm.commands.jobs import Leased, Share
from cpm.connectors import Call, Failed, Outcome
from cpm.engine import Engine
from cpm.errors import CpmError, Unavailable, in_a_sentence
from cpm.following import Follower
from cpm.uow import UnitOfWork
from cpm.worker import calling
from cpm.worker.hands import Hand, Hands
from cpm.worker.leases import Leases

log = logging.getLogger(__name__)

ACTOR = calling.ACTOR
#: A timer is seen by two threads, one after the other, and is to ring within a second.
_SHORTEST_NAP, _LONGEST_NAP = timedelta(milliseconds=20), timedelta(milliseconds=250)
#: A job that ends its thread is broken as one that raises.
_CRASH = (Exception, SystemExit)
_T = TypeVar("_T")


@dataclass(slots=True)
class Worker:
    engine: Engine
    lease: timedelta = jobs.LEASE  #: how long a call is ours without a sign of life
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    share: Share = Share.ALL
    hands: Hands = field(default_factory=Hands)
    stopping: threading.Event = field(default_factory=threading.Event)
    _leases: Leases = field(init=False)

    def __post_init__(self) -> None:
        self._leases = Leases(self.engine, ACTOR, self.lease)

    def run(self, *, inline: int = 1, calls: int = 2) -> None:
        """Work until `stop`; the calls under way are settled before it returns."""
        work: list[Callable[[], bool]] = [
            self.promote,
            self.file_one,
            self.batch_one,
            self.meet_one,
            self.tell_one,
            *[self.scan_one] * bool(self.engine.settings.documents.clamd),
            *[self.inline_one] * inline,
            *[self.call_one] * calls,
        ]
        if self.share == Share.SUSPECT:
            work = [self.one_alone]
        finished = threading.Event()
        renewing = threading.Thread(target=self._leases.keep, args=(finished,), name="renew")
        threads = [threading.Thread(target=self._loop, args=(one,), name=one.__name__) for one in work]
        if self.share != Share.SUSPECT:
            follower = Follower(self.engine, self.name, self.stopping)
            threads.append(threading.Thread(target=follower.run, name="follow"))
        for thread in (renewing, *threads):
            thread.start()
        for thread in threads:
            thread.join()
        finished.set()
        renewing.join()

    def stop(self) -> None:
        self.stopping.set()

    def drain(self) -> int:
        """Do everything that is due now, in this thread; how much it was. For tests and one-off runs."""
        done = 0
        while any([self.promote(), *[one() for one in self._kinds()]]):
            done += 1
        return done

    def one_alone(self) -> bool:
        """One job of any kind; whatever happens, no other was in hand."""
        return any(one() for one in self._kinds())

    def _kinds(self) -> tuple[Callable[[], bool], ...]:
        here = (self.file_one, self.inline_one, self.batch_one)
        return (*here, self.call_one, self.scan_one, self.meet_one, self.tell_one)

    def promote(self) -> bool:
        """Make ready what is due, and set aside what no worker survives."""
        with self.engine.read() as look:
            if not jobs.promotion_is_due(look):
                return False
        with self.engine.begin(ACTOR) as uow:
            promoted = jobs.promote(uow)
            worn_out = jobs.worn_out(uow)
        for job_id in worn_out:
            self._or_later(job_id, settling.bury)
        return bool(promoted or worn_out)

    def inline_one(self) -> bool:
        """Ring one timer: claim, resume and delete in one transaction."""
        if not self._due("engine"):
            return False
        with self.hands.one() as hand:
            return self._inline(hand)

    def _inline(self, hand: Hand) -> bool:
        job_id = None
        try:
            with self.engine.begin(ACTOR) as uow:
                if (job := jobs.claim_inline(uow, self.share)) is None:
                    return False
                job_id = job.id
                hand.take(job_id)
                settling.run(uow, job)
        except Unavailable:
            raise
        except _CRASH as error:
            if job_id is None:
                raise
            log.exception("job.crashed", extra={"job": job_id})
            self._crashed(job_id, error)
        return True

    def file_one(self) -> bool:
        """File one message or hand one over. It comes from strangers, so the attempt counts before it is made."""
        return self._attempt("intake", self._file)

    def _file(self, leased: Leased) -> None:
        with self.engine.begin(ACTOR) as uow:
            inner.lock_first(uow, leased)
            if job := jobs.leased(uow, leased):
                settling.run(uow, job)

    def batch_one(self) -> bool:
        """A portion of a batch's own work: its cases are listed, looked at or handed out."""
        return self._attempt(batch_work.QUEUE, lambda leased: batching.portion(self.engine, leased, ACTOR))

    def meet_one(self) -> bool:
        """Let a customer's master data here and in an ERP meet, outside any transaction."""
        return self._attempt(party_jobs.QUEUE, self._meet)

    def _meet(self, leased: Leased) -> None:
        with self._leases.held(leased):
            master_data.meeting(self.engine, leased)

    def tell_one(self) -> bool:
        """Tell another system of one event (one that was ended since has jobs too), or one of us of a mention."""
        return self._attempt(webhooks.QUEUE, self._tell)

    def _tell(self, leased: Leased) -> None:
        if mentions_mailed.is_one(self.engine, leased):
            mentions_mailed.tell(self.engine, leased)
        else:
            announcing.tell(self.engine, leased)

    def scan_one(self) -> bool:
        """Show one content to the virus scanner, outside any transaction; only if there is one."""
        return bool(self.engine.settings.documents.clamd) and self._attempt(documents.SCANS, self._scan)

    def _scan(self, leased: Leased) -> None:
        with self._leases.held(leased):
            scanning.scan(self.engine, leased, ACTOR)

    def _attempt(self, queue: str, do: Callable[[Leased], None]) -> bool:
        if not self._due(queue):
            return False
        with self.hands.one() as hand:
            if (leased := self._lease(queue, hand)) is None:
                return False
            try:
                do(leased)
            except Unavailable:
                raise
            except _CRASH as error:
                log.exception("job.crashed", extra={"job": leased.id})
                self._crashed(leased.id, error)
        return True

    def call_one(self) -> bool:
        """Lease one external call, make it outside any transaction, settle it."""
        if not self._due("calls"):
            return False
        with self.hands.one() as hand:
            if (leased := self._lease("calls", hand)) is None:
                return False
            with self._leases.held(leased):
                self._make(leased)
        return True

    def _make(self, leased: Leased) -> None:
        if (instead := calling.instead(self.engine, leased)) is not None:
            self._surely(partial(instead, lease=leased))
        else:
            self._settle(leased, self._outcome(leased))

    def _lease(self, queue: str, hand: Hand) -> Leased | None:
        with self.engine.begin(ACTOR) as uow:
            leased = jobs.lease(uow, self.name, queue=queue, until=self.lease, share=self.share)
            if leased is not None:
                hand.take(leased.id)
        return leased

    def _outcome(self, leased: Leased) -> Outcome:
        """What the connector answers; a crash of it, or of what leads to it, is an answer too."""
        began = time.monotonic()
        try:
            prepared = self._patiently(partial(calling.prepared, self.engine, leased))
            outcome = calling.asked(self.engine, prepared) if isinstance(prepared, Call) else prepared
        except Unavailable:
            raise
        except _CRASH as error:
            log.exception("connector.crashed", extra={"key": leased.key, "attempt": leased.attempt})
            outcome = Failed("crashed", in_a_sentence(error))
        facts = {"key": leased.key, "attempt": leased.attempt, "seconds": round(time.monotonic() - began, 3)}
        log.info("connector.answered", extra={**facts, "outcome": type(outcome).__name__})
        return outcome

    def _settle(self, leased: Leased, outcome: Outcome) -> None:
        """Write down what the call brought; if the case cannot take it, a person gets it. It is not made again."""
        try:
            self._surely(partial(settling.settle, lease=leased, outcome=outcome))
        except Unavailable:
            raise
        except Exception as error:
            log.exception("outcome.not_applied", extra={"key": leased.key, "attempt": leased.attempt})
            why = in_a_sentence(error)
            self._surely(partial(settling.not_applied, lease=leased, outcome=outcome, why=why))

    def _surely(self, write: Callable[[UnitOfWork], object]) -> None:
        def written() -> None:
            with self.engine.begin(ACTOR) as uow:
                write(uow)

        self._patiently(written)

    def _patiently(self, ask: Callable[[], _T]) -> _T:
        """Also when the database is locked or away just now; Unavailable only if we are to stop meanwhile."""
        while True:
            try:
                return ask()
            except Unavailable as error:
                log.warning("worker.refused", extra={"why": str(error)})
                if self.stopping.wait(_LONGEST_NAP.total_seconds()):
                    raise

    def _crashed(self, job_id: int, error: BaseException) -> None:
        tell = settling.break_off if isinstance(error, Circle) else partial(settling.crashed, error=error)
        self._or_later(job_id, partial(tell, why=in_a_sentence(error)))

    def _or_later(self, job_id: int, mend: Callable[[UnitOfWork, int], None]) -> None:
        """Even if telling somebody fails, no job stands in the way of the others."""
        try:
            with self.engine.begin(ACTOR) as uow:
                mend(uow, job_id)
        except Unavailable:
            raise
        except Exception:
            log.exception("job.stuck", extra={"job": job_id})
            with self.engine.begin(ACTOR) as uow:
                jobs.put_off(uow, job_id)

    def _due(self, queue: str) -> bool:
        with self.engine.read() as look:
            return jobs.work_is_due(look, queue, self.share)

    def _loop(self, work: Callable[[], bool]) -> None:
        nap = _SHORTEST_NAP
        while not self.stopping.is_set():
            try:
                if work():
                    nap = _SHORTEST_NAP
                    continue
            except CpmError as error:
                log.warning("worker.refused", extra={"why": str(error)})
            except Exception:
                log.exception("worker.failed")
            self.stopping.wait(nap.total_seconds())
            nap = min(_LONGEST_NAP, nap * 1.5)

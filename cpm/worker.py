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
from datetime import datetime, timedelta

from cpm.channels import message_ids
from cpm.commands import jobs
from cpm.connectors import Call, Failed, Outcome
from cpm.engine import Engine
from cpm.errors import CpmError, Unavailable
from cpm.library import Texts
from cpm.model import Job

log = logging.getLogger(__name__)

ACTOR = "worker"
_SHORTEST_NAP, _LONGEST_NAP = timedelta(milliseconds=20), timedelta(milliseconds=500)


@dataclass(slots=True)
class Worker:
    engine: Engine
    lease: timedelta = jobs.LEASE  #: how long a call is ours without a sign of life
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    stopping: threading.Event = field(default_factory=threading.Event)
    _leases: set[str] = field(default_factory=set)  #: tokens of the calls under way

    def run(self, *, inline: int = 1, calls: int = 2) -> None:
        """Work until `stop`; the calls under way are settled before it returns."""
        work: list[Callable[[], bool]] = [
            self.promote,
            self.file_one,
            *[self.inline_one] * inline,
            *[self.call_one] * calls,
        ]
        threads = [
            threading.Thread(target=self._loop, args=(one,), name=one.__name__) for one in (*work, self.renew)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def stop(self) -> None:
        self.stopping.set()

    def drain(self) -> int:
        """Do everything that is due now, in this thread; how much it was. For tests and one-off runs."""
        done = 0
        while self.promote() | self.file_one() | self.inline_one() | self.call_one():
            done += 1
        return done

    def promote(self) -> bool:
        """Make ready what is due, and set aside what no worker survives."""
        with self.engine.read() as look:
            if not jobs.promotion_is_due(look):
                return False
        with self.engine.begin(ACTOR) as uow:
            promoted = jobs.promote(uow)
            worn_out = jobs.worn_out(uow)
        for job_id in worn_out:
            with self.engine.begin(ACTOR) as uow:
                jobs.bury(uow, job_id)
        return bool(promoted or worn_out)

    def inline_one(self) -> bool:
        return self._inline("engine", jobs.claim_inline)

    def file_one(self) -> bool:
        return self._inline("intake", jobs.claim_caseless)

    def call_one(self) -> bool:
        """Lease one external call, make it outside any transaction, settle it."""
        if not self._due("calls"):
            return False
        with self.engine.begin(ACTOR) as uow:
            if (
                (job := jobs.lease(uow, self.name, until=self.lease)) is None
                or job.case is None
                or job.token is None
            ):
                return False
            call = self._call(job, uow.bundle(job.case).texts, uow.now)
            token = job.token
        self._leases.add(token)
        try:
            outcome = self._outcome(call)
            with self.engine.begin(ACTOR) as uow:
                jobs.settle(uow, job.id, token, outcome)
        finally:
            self._leases.discard(token)
        return True

    def renew(self) -> bool:
        """A long call keeps its lease for as long as this process lives."""
        if self._leases:
            with self.engine.begin(ACTOR) as uow:
                jobs.renew(uow, list(self._leases), until=self.lease)
        self.stopping.wait(self.lease.total_seconds() / 3)
        return False

    def _inline(self, queue: str, claim: Callable[..., Job | None]) -> bool:
        if not self._due(queue):
            return False
        job_id = None
        try:
            with self.engine.begin(ACTOR) as uow:
                if (job := claim(uow)) is None:
                    return False
                job_id = job.id
                jobs.run(uow, job)
        except Unavailable:
            raise
        except Exception as error:
            log.exception("job.crashed", extra={"job": job_id})
            if job_id is None:
                raise
            with self.engine.begin(ACTOR) as uow:
                jobs.crashed(uow, job_id, _sentence(error))
        return True

    def _due(self, queue: str) -> bool:
        with self.engine.read() as look:
            return jobs.work_is_due(look, queue)

    def _call(self, job: Job, texts: Texts, now: datetime) -> Call:
        settings = self.engine.settings
        assert job.type is not None, "a call has a type"
        assert job.case is not None, "a call belongs to a case"
        return Call(
            operation=job.type,
            inputs=job.payload["inputs"],
            headers=job.payload["headers"],
            key=job.key,
            attempt=job.attempts,
            case_number=job.case.number,
            case_id=job.case.id,
            message_id=message_ids.make(settings.secret, settings.mail_domain, job.case.id, job.key),
            texts=texts,
            now=now,
        )

    def _outcome(self, call: Call) -> Outcome:
        """What the connector answers; a crash of it is an answer too."""
        began = time.monotonic()
        try:
            outcome = self.engine.connectors[call.operation.partition(".")[0]](call)
        except Exception as error:
            log.exception("connector.crashed", extra={"key": call.key, "attempt": call.attempt})
            outcome = Failed("crashed", _sentence(error))
        facts = {"key": call.key, "attempt": call.attempt, "seconds": round(time.monotonic() - began, 3)}
        log.info("connector.answered", extra={**facts, "outcome": type(outcome).__name__})
        return outcome

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


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, CpmError) else f"{type(error).__name__}: {error}"

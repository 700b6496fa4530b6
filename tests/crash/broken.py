"""The protocol with one thing wrong, as a designer of queues might have it; what finds it must be the audit.

A worker dies in the middle of each, once for each job, so that the wrong moment comes without waiting for it.
"""

import dataclasses
import os
import signal
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from cpm import bpmn
from cpm.commands import jobs, process, settling
from cpm.connectors import Call, Outcome
from cpm.engine import Engine
from cpm.model import Case, Job, JobState
from cpm.uow import UnitOfWork
from cpm.worker import Worker, calling
from cpm.worker.hands import Hand
from cpm.worker.working import ACTOR


def be(variant: str | None, home: Path) -> None:
    """From now on, in this process and its children."""
    if variant is not None:
        VARIANTS[variant](lambda job_id: _die_once(home / f"died-{job_id}"))


def _die_once(marker: Path) -> None:
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)


Die = Callable[[int], None]


def _sound(die: Die) -> None:
    """Nothing is wrong: it dies in the middle of its transaction."""
    run = settling.run

    def dying(uow: UnitOfWork, job: Job) -> None:
        run(uow, job)
        uow.session.flush()
        die(job.id)

    settling.run = dying


def _deleted_first(die: Die) -> None:
    """The job is deleted in one transaction and done in the next."""

    def inline(worker: Worker, _hand: Hand) -> bool:
        with worker.engine.begin(ACTOR) as uow:
            if (job := jobs.claim_inline(uow, worker.share)) is None:
                return False
            job_id, case_id, element, node = job.id, job.case_id, job.element, job.node
            uow.session.delete(job)
        die(job_id)
        with worker.engine.begin(ACTOR) as uow:
            case = uow.case(case_id)
            uow.record(case, "timer.fired", element=element)
            process.resume(uow, case, bpmn.Fired(node))
        return True

    Worker._inline = inline


def _flagged(die: Die) -> None:
    """It is claimed by a flag, and the flag has no lease that ends."""

    def inline(worker: Worker, _hand: Hand) -> bool:
        with worker.engine.begin(ACTOR) as uow:
            if (job := jobs.claim_inline(uow, worker.share)) is None:
                return False
            job_id, job.state, job.run_at = job.id, JobState.RUNNING, uow.now + timedelta(days=1)
        die(job_id)
        with worker.engine.begin(ACTOR) as uow:
            settling.run(uow, jobs.locked(uow, job_id))
        return True

    Worker._inline = inline


def _journal_apart(die: Die) -> None:
    """What happened is written down when it has happened, in a transaction of its own."""

    def inline(worker: Worker, _hand: Hand) -> bool:
        with worker.engine.begin(ACTOR) as uow:
            if (job := jobs.claim_inline(uow, worker.share)) is None:
                return False
            job_id, case_id, element, node = job.id, job.case_id, job.element, job.node
            uow.session.delete(job)
            uow.session.flush()
            process.resume(uow, uow.case(case_id), bpmn.Fired(node))
        die(job_id)
        with worker.engine.begin(ACTOR) as uow:
            uow.record(uow.get(Case, case_id), "timer.fired", element=element)
        return True

    Worker._inline = inline


def _key_of_each_attempt(die: Die) -> None:
    """Each attempt has a key of its own; it dies when the other system has done what it was asked."""
    outcome = Worker._outcome
    ask = calling.asked

    def asked(engine: Engine, call: Call) -> Outcome:
        return ask(engine, dataclasses.replace(call, key=f"{call.key}/{call.attempt}"))

    def dying(worker: Worker, leased: jobs.Leased) -> Any:
        found = outcome(worker, leased)
        die(leased.id)
        return found

    calling.asked, Worker._outcome = asked, dying


VARIANTS: Mapping[str, Callable[[Die], None]] = {
    "sound": _sound,
    "deleted first": _deleted_first,
    "flagged": _flagged,
    "journal apart": _journal_apart,
    "key of each attempt": _key_of_each_attempt,
}

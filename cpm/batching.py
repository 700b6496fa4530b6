"""A portion of a batch's own work, under a lease: its cases are listed, looked at and handed out.

To look at cases needs many short transactions that leave nothing behind; here is who may begin them.
"""

import logging
import time
from collections.abc import Sequence

from cpm.commands import batch_work, jobs
from cpm.commands.batch_work import Verdict
from cpm.commands.bulk_kinds import kind
from cpm.commands.jobs import Leased
from cpm.engine import Engine
from cpm.errors import CpmError, Unavailable
from cpm.model import Batch, BatchState, Job
from cpm.policies import Assent
from cpm.uow import UnitOfWork

log = logging.getLogger(__name__)

_LOOKED_AT_ONCE = 100
#: Seconds of looking after which what was seen is written down.
_LOOKS_FOR = 1.0


def portion(engine: Engine, lease: Leased, actor: str) -> None:
    """What the batch needs next."""
    with engine.read() as look:
        job = look.session.get(Job, lease.id)
        batch = look.get(Batch, int(job.payload["batch"])) if job else None
    match batch.state if batch else None:
        case BatchState.LISTING:
            with engine.begin(actor) as uow:
                batch_work.list_more(uow, lease)
        case BatchState.LOOKING:
            assert batch is not None, "it has a state"
            verdicts = _looks(engine, batch)
            with engine.begin(actor) as uow:
                batch_work.looked(uow, lease, verdicts)
        case BatchState.RUNNING:
            with engine.begin(actor) as uow:
                batch_work.hand_out(uow, lease)
        case _:
            with engine.begin(actor) as uow:
                batch_work.put_down(uow, lease)


def until_proposed(engine: Engine, batch_id: int, actor: str) -> None:
    """List and look at its cases here and now, beside any worker that does so too."""
    while True:
        with engine.read() as look:
            if look.get(Batch, batch_id).state not in (BatchState.LISTING, BatchState.LOOKING):
                return
        with engine.begin(actor) as uow:
            leased = jobs.lease(uow, actor, queue=batch_work.QUEUE)
        if leased is None:
            time.sleep(0.2)
        else:
            portion(engine, leased, actor)


def _looks(engine: Engine, batch: Batch) -> Sequence[Verdict]:
    """At the next cases, as many as can be seen in a moment."""
    until, verdicts = time.monotonic() + _LOOKS_FOR, []
    with engine.read(batch.created_by) as uow:
        ids = batch_work.unlooked(uow, batch, _LOOKED_AT_ONCE)
        for case_id in ids:
            verdicts.append(_seen(engine, uow, batch, case_id))
            if time.monotonic() > until:
                break
    return verdicts


def _seen(engine: Engine, uow: UnitOfWork, batch: Batch, case_id: int) -> Verdict:
    try:
        if kind(batch.kind).look:
            batch_work.look(uow, batch, case_id)
        else:
            with engine.rehearse(batch.created_by, Assent()) as trial:
                batch_work.look(trial, batch, case_id)
    except Unavailable:
        raise
    except CpmError as refusal:
        return Verdict(case_id, refusal)
    except Exception as error:
        log.exception("batch.look_failed", extra={"batch": batch.id, "case": case_id})
        return Verdict(case_id, broke=f"{type(error).__name__}: {error}"[:500])
    return Verdict(case_id)

"""Bulk acts, as people ask for them: propose, start what the dry run allows, stop the rest, try again what went wrong.

What the machine does with them is in `batch_work`: list the cases, look at each, hand them out, one job a case.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from cpm import case_numbers
from cpm.commands import audit, batch_work, checks
from cpm.commands.bulk_kinds import kind
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import Batch, BatchItem, BatchState, ItemState, Role
from cpm.queries import targets
from cpm.queries.targets import Targets
from cpm.uow import UnitOfWork


def propose(uow: UnitOfWork, key: str, chosen: Targets, options: Mapping[str, Any], *, why: str) -> Batch:
    """Have the cases listed and looked at; nothing is done to them before `start`."""
    act = kind(key)
    _must_be_one_of(uow, act.starters | act.proposers)
    reason = checks.plain_text("why", why, longest=1_000)
    targets.cases(uow, chosen, closed=act.closed)  # what cannot be asked is refused now
    batch = Batch(
        kind=act.key,
        targets=chosen.plain(),
        options=dict(act.check(uow, options)),
        why=reason,
        said={},
        created_at=uow.now,
        created_by=uow.actor,
    )
    uow.session.add(batch)
    uow.session.flush()
    batch_work.begin(uow, batch)
    audit.record(uow, "batch.proposed", batch=batch.id, kind=batch.kind, why=batch.why)
    return batch


def start(uow: UnitOfWork, batch_id: int, *, only: Sequence[str] = ()) -> Batch:
    """Do it to every case that can; or `only` to those, by their numbers. What was answered to policies counts for each."""
    batch = _locked(uow, batch_id)
    _must_be_one_of(uow, kind(batch.kind).starters)
    _move(batch, "start", BatchState.PROPOSED)
    if only:
        _pick(uow, batch, only)
    batch.started_at, batch.started_by = uow.now, uow.actor
    batch.said = {"confirmed": sorted(uow.assent.confirmed), "override": uow.assent.override}
    batch.round = 1
    batch_work.begin(uow, batch)
    audit.record(uow, "batch.started", batch=batch.id, kind=batch.kind, why=batch.why)
    return batch


def stop(uow: UnitOfWork, batch_id: int) -> Batch:
    """Leave alone what was not begun. What was never started is dropped."""
    batch = _locked(uow, batch_id)
    _must_be_one_of(uow, kind(batch.kind).starters | {Role(role) for role in _own(uow, batch)})
    if batch.state == BatchState.RUNNING:
        batch.move("stop")
    else:
        _move(batch, "drop", BatchState.LISTING, BatchState.LOOKING, BatchState.PROPOSED)
    batch.finished_at = uow.now
    audit.record(uow, "batch.stopped", batch=batch.id, kind=batch.kind, why=batch.why)
    return batch


def retry(uow: UnitOfWork, batch_id: int) -> Batch:
    """Once more for the cases that refused or failed, and on with those that a stop left alone."""
    batch = _locked(uow, batch_id)
    _must_be_one_of(uow, kind(batch.kind).starters)
    if batch.started_at is None:
        raise _not_now(batch)
    _move(batch, "retry", BatchState.DONE, BatchState.STOPPED, BatchState.BROKEN)
    batch.started_by, batch.finished_at, batch.error = uow.actor, None, None
    batch.said = {"confirmed": sorted(uow.assent.confirmed), "override": uow.assent.override}
    batch.round += 1
    batch_work.begin(uow, batch)
    audit.record(uow, "batch.retried", batch=batch.id, kind=batch.kind, why=batch.why)
    return batch


def _own(uow: UnitOfWork, batch: Batch) -> Sequence[str]:
    """Whoever proposed it may drop it."""
    return uow.user().roles if batch.created_by == uow.actor and batch.started_at is None else ()


def _pick(uow: UnitOfWork, batch: Batch, numbers: Sequence[str]) -> None:
    if len(numbers) > targets.MOST_NAMED:
        raise Invalid(
            f"Expected at most {targets.MOST_NAMED} cases to be picked, but there are {len(numbers)}",
            [("only", "are too many")],
            problems_de=[("only", f"Höchstens {targets.MOST_NAMED} Vorgänge lassen sich einzeln wählen.")],
        )
    ids = {case_numbers.case_id(number): number for number in numbers}
    mine = BatchItem.batch_id == batch.id, BatchItem.case_id.in_(ids)
    found = {item.case_id: item for item in uow.session.scalars(select(BatchItem).where(*mine))}
    for case_id, number in ids.items():
        item = found.get(case_id)
        if item is None or item.state != ItemState.ABLE:
            raise Invalid(
                f"Expected cases of batch {batch.id} that its preview found possible, but {number} is not among them",
                [
                    (
                        "only",
                        f"{number} is not among the cases that the preview of batch {batch.id} found possible",
                    )
                ],
                problems_de=[("only", f"{number} gehört nicht zu denen, bei denen es geht.")],
            )
        item.move("choose")
    batch.picked = True


def _locked(uow: UnitOfWork, batch_id: int) -> Batch:
    uow.get(Batch, batch_id)
    fresh = select(Batch).where(Batch.id == batch_id).with_for_update(key_share=True)
    return uow.session.scalars(fresh.execution_options(populate_existing=True)).one()


def _move(batch: Batch, verb: str, *allowed: BatchState) -> None:
    if batch.state not in allowed:
        raise _not_now(batch)
    batch.move(verb)


def _not_now(batch: Batch) -> Conflict:
    return Conflict(
        f"Expected batch {batch.id} to be ready for that, but it is {batch.state.value}",
        de="Das geht bei diesem Sammelauftrag gerade nicht: Bitte den neuen Stand ansehen.",
    )


def _must_be_one_of(uow: UnitOfWork, roles: frozenset[Role]) -> None:
    if not roles.intersection(uow.user().roles):
        who = ", ".join(sorted(role.value for role in roles))
        raise Forbidden(
            f"Expected a role that may do that to many cases ({who}), but {uow.actor} has none of them",
            de="Dazu fehlt Ihnen die Berechtigung.",
        )

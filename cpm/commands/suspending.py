"""Suspend and resume: a case, a process, a kind of jobs. Nothing of it moves meanwhile, and nothing that comes is lost.

Who resumes a case or a process says what becomes of due times: what came due meanwhile rings at once, or all of them
move by the time that it stood still. A case that two suspensions cover goes on when the last of them is lifted.
"""

from typing import Any

from sqlalchemy import ColumnElement, Subquery, cast, exists, insert, literal, or_, select
from sqlalchemy.orm import aliased

from cpm.commands import audit, checks, holding, interventions, lifting, once, policies, shifting, suspendable
from cpm.errors import NotFound, WrongState
from cpm.model import (
    Case,
    CaseState,
    Definition,
    Job,
    JobKind,
    JobState,
    Role,
    Suspension,
    SuspensionState,
    Timers,
)
from cpm.model.suspension import of_kind
from cpm.queries import suspensions
from cpm.uow import UnitOfWork


def suspend_case(uow: UnitOfWork, case_id: int, *, why: str) -> Suspension:
    """WrongState if it is closed or suspended by itself already."""
    case, why = uow.case(case_id), checks.plain_text("why", why)
    suspendable.must_be(uow, Role.SUPERVISOR)
    if case.state == CaseState.CLOSED:
        raise WrongState(
            f"Expected case {case.number} to be open, but it is closed",
            de=f"Der Vorgang {case.number} ist abgeschlossen und lässt sich nicht mehr aussetzen.",
        )
    if _own(uow, case) is not None:
        raise suspendable.already(
            uow, suspensions.of_case(uow, case), f"case {case.number}", f"Der Vorgang {case.number}"
        )
    policies.check(uow, case, "suspend", given={"why": why})
    with interventions.told(uow, case, "case.suspended", why=why):
        row = _add(uow, why, case_id=case.id)
        uow.suspended.add(case.id)
        holding.hold(uow, Job.case_id == case.id)
    return row


def resume_case(uow: UnitOfWork, case_id: int, *, timers: Timers = Timers.RING, why: str = "") -> Suspension:
    """WrongState if it is not suspended by itself. It goes on only if its process is not suspended too."""
    case, why = uow.case(case_id), checks.plain_text("why", why, required=False)
    suspendable.must_be(uow, Role.SUPERVISOR)
    if (row := _own(uow, case)) is None:
        raise suspendable.not_suspended(uow, case)
    policies.check(uow, case, "resume", given={"why": why})
    _let_go(uow, case, row, timers, why or None)
    return row


def go_on_shifted(uow: UnitOfWork, case: Case) -> None:
    """A job of each case of a process that was resumed so; nothing if somebody was faster."""
    if (row := _own(uow, case)) is not None:
        _let_go(uow, case, row, Timers.SHIFT)


def suspend_process(uow: UnitOfWork, process: str, *, version: int | None = None, why: str) -> Suspension:
    """Its open cases stand still, and none begins; in every version, or in one."""
    suspendable.must_be(uow, Role.OPERATOR)
    why, definition = checks.plain_text("why", why), _definition(uow, process, version)
    once.queue(uow, f"suspension/{process}")
    if _standing(uow, Suspension.process == process, Suspension.version == (version or 0)) is not None:
        found = suspensions.of_process(uow, process)
        raise suspendable.already(uow, found, f"process {process}", f"Der Prozess {process}")
    row = _add(uow, why, process=process, version=version or 0, definition_id=definition and definition.id)
    audit.record(uow, "definition.suspended", process=process, version=version, why=why)
    holding.hold(uow, _jobs_of(row))
    return row


def resume_process(
    uow: UnitOfWork,
    process: str,
    *,
    version: int | None = None,
    timers: Timers = Timers.RING,
    why: str = "",
) -> Suspension:
    """Its cases go on, but for those that stand still by something else. With `shift` each does so by a job of its own."""
    suspendable.must_be(uow, Role.OPERATOR)
    why = checks.plain_text("why", why, required=False)
    lifting.alone(uow)
    row = _standing(uow, Suspension.process == process, Suspension.version == (version or 0))
    if row is None:
        raise WrongState(
            f"Expected process {process} to be suspended, but it is not",
            de=f"Der Prozess {process} ist nicht ausgesetzt.",
        )
    _lift(uow, row)
    audit.record(uow, "definition.resumed", process=process, version=version, timers=timers.value, why=why)
    if timers == Timers.SHIFT:
        _one_by_one(uow, row)
    holding.release(uow, _jobs_of(row))
    holding.bring_later(uow, process=process)
    return row


def resume(uow: UnitOfWork, suspension_id: int, *, timers: Timers = Timers.RING) -> Suspension:
    """Whatever it is of, by its row."""
    row = uow.get(Suspension, suspension_id)
    if row.case_id is not None:
        return resume_case(uow, row.case_id, timers=timers)
    if row.kind is not None:
        return resume_jobs(uow, row.kind)
    assert row.process is not None, "a suspension is of a case, a process or a kind of jobs"
    return resume_process(uow, row.process, version=row.version or None, timers=timers)


def suspend_jobs(uow: UnitOfWork, kind: str, *, why: str) -> Suspension:
    """A connector, one of its operations, or what else waits in the queue. No attempt is consumed meanwhile."""
    suspendable.must_be(uow, Role.OPERATOR)
    why = checks.plain_text("why", why)
    suspendable.must_be_known(uow, kind)
    once.queue(uow, f"suspension/{kind}")
    if _standing(uow, Suspension.kind == kind) is not None:
        found = [one for one in suspensions.everything(uow) if one.key == kind and one.of == "jobs"]
        raise suspendable.already(uow, found, f"jobs {kind}", f"Die Art {kind}")
    row = _add(uow, why, kind=kind)
    audit.record(uow, "jobs.suspended", kind=kind, why=why)
    holding.hold(uow, of_kind(Job, kind))
    return row


def resume_jobs(uow: UnitOfWork, kind: str, *, why: str = "") -> Suspension:
    """They are done from now on, what was due first first."""
    suspendable.must_be(uow, Role.OPERATOR)
    why = checks.plain_text("why", why, required=False)
    lifting.alone(uow)
    if (row := _standing(uow, Suspension.kind == kind)) is None:
        raise WrongState(
            f"Expected jobs {kind} to be suspended, but they are not",
            de=f"Die Art {kind} ist nicht ausgesetzt.",
        )
    _lift(uow, row)
    audit.record(uow, "jobs.resumed", kind=kind, why=why)
    holding.release(uow, of_kind(Job, kind))
    return row


def _let_go(uow: UnitOfWork, case: Case, row: Suspension, timers: Timers, why: str | None = None) -> None:
    """Unless its process is suspended too, all that was held is done, and what came is heard."""
    lifting.alone(uow)
    since = suspensions.still_since(uow, case)
    if any(one.id != row.id for one in suspensions.of_case(uow, case)):
        with interventions.told(uow, case, "case.suspension_lifted", why=why):
            _lift(uow, row)
        return
    shifted = since if timers == Timers.SHIFT else None
    with interventions.told(
        uow, case, "case.continued", since=since, timers=timers.value, shifted=shifted, why=why
    ):
        _lift(uow, row)
        uow.suspended.discard(case.id)
        if shifted is not None:
            shifting.shift(uow, case, shifted)
        holding.release(uow, Job.case_id == case.id)
        holding.bring_later(uow, case=case.id)


def _one_by_one(uow: UnitOfWork, row: Suspension) -> None:
    """From now on each open case is suspended by itself, until its job moves its due times and lets it go on."""
    own = aliased(Suspension)
    by_itself = exists().where(own.case_id == Case.id, own.state == SuspensionState.STANDING)
    cases = select(Case.id).where(Case.state == CaseState.OPEN, _cases_of(row), ~by_itself).subquery()
    told = {"queue": "engine", "state": JobState.READY, "priority": 50, "attempts": 0, "retries": 5}
    key = literal(f"suspension/{row.id}/") + cast(cases.c.id, Job.key.type)
    _insert(uow, Job, cases, kind=JobKind.RESUMPTION, key=key, run_at=uow.now, payload={}, **told)
    _insert(uow, Suspension, cases, state=SuspensionState.STANDING, since=row.since, by=row.by, why=row.why)


def _insert(uow: UnitOfWork, noun: type[Suspension | Job], cases: Subquery, **more: Any) -> None:
    """A row for each case, in one statement."""
    given = {
        name: value if isinstance(value, ColumnElement) else literal(value, getattr(noun, name).type)
        for name, value in more.items()
    }
    columns = {"case_id": cases.c.id, **given}
    chosen = select(*columns.values()).order_by(cases.c.id)
    uow.session.flush()
    uow.session.execute(insert(noun).from_select(list(columns), chosen))


def _cases_of(row: Suspension) -> ColumnElement[bool]:
    whole = Case.process == row.process
    return whole if row.definition_id is None else whole & (Case.definition_id == row.definition_id)


def _jobs_of(row: Suspension) -> ColumnElement[bool]:
    """Of its open cases, and those that would begin one."""
    cases = select(Case.id).where(Case.state == CaseState.OPEN, _cases_of(row))
    return or_(Job.case_id.in_(cases), Job.process == row.process)


def _add(uow: UnitOfWork, why: str, **of: Any) -> Suspension:
    row = Suspension(since=uow.now, by=uow.actor, why=why, **of)
    uow.session.add(row)
    uow.session.flush()
    return row


def _lift(uow: UnitOfWork, row: Suspension) -> None:
    row.move("lift")
    row.lifted_at, row.lifted_by = uow.now, uow.actor
    uow.session.flush()


def _own(uow: UnitOfWork, case: Case) -> Suspension | None:
    return _standing(uow, Suspension.case_id == case.id)


def _standing(uow: UnitOfWork, *which: ColumnElement[bool]) -> Suspension | None:
    standing = select(Suspension).where(Suspension.state == SuspensionState.STANDING, *which)
    return uow.session.scalar(standing.with_for_update())


def _definition(uow: UnitOfWork, process: str, version: int | None) -> Definition | None:
    """The version, if one is named; NotFound if there is none such."""
    known = select(Definition).where(Definition.key == process)
    if version is not None:
        known = known.where(Definition.version == version)
    if (found := uow.session.scalars(known.limit(1)).first()) is None:
        named = process if version is None else f"{process} in version {version}"
        raise NotFound(
            f"Expected to find process {named}, but there is none",
            de=f"Den Prozess {process} gibt es nicht"
            + ("." if version is None else f" in Version {version}."),
        )
    return found if version is not None else None

"""The rows of a case that goes to another version: those at places that go on stay, under the names of the new version.

What stands at a place that is gone, or is new, is `harvest`'s, as after any step.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import delete, select, update

from cpm import bpmn
from cpm.commands import steps
from cpm.model import (
    OF_PROCESS,
    OPEN_TASKS,
    Binding,
    Case,
    Incident,
    IncidentState,
    Job,
    JobKind,
    JobState,
    Resource,
    ResourceKind,
    Task,
    TaskKind,
    TaskState,
    Wait,
)
from cpm.uow import UnitOfWork


def follow(uow: UnitOfWork, case: Case, plan: bpmn.Plan, step: bpmn.Step) -> None:
    """Before `harvest`: rows at nodes that are still there get their new names; what is settled anew goes."""
    at = dict(_places(step))
    names = _bare(plan.elements)
    anew = {node for node, element in at.items() if element in _anew(plan)}
    _jobs(uow, case, step, at, anew)
    _tasks(uow, case, step, anew)
    _signals(uow, case, names)
    _waits(uow, case, step, at)
    _incidents(uow, case, at, names)
    uow.session.flush()


def pin_forms(uow: UnitOfWork, case: Case, definition_id: int) -> None:
    """Steps that are done keep the form that they were done with, whatever the new version calls by its name."""
    closed = Task.case_id == case.id, Task.state.not_in(OPEN_TASKS), Task.form.is_not(None)
    used = {form for form in uow.session.scalars(select(Task.form).where(*closed).distinct()) if form}
    if not (plain := {form for form in used if "@" not in form}):
        return
    bound = select(Resource.key, Resource.version).join(Binding, Binding.resource_id == Resource.id)
    of_forms = Resource.kind == ResourceKind.FORM, Resource.key.in_(plain)
    versions = uow.session.execute(bound.where(Binding.definition_id == definition_id, *of_forms))
    for key, version in versions:
        uow.session.execute(update(Task).where(*closed, Task.form == key).values(form=f"{key}@{version}"))


def _places(step: bpmn.Step) -> Iterator[tuple[int, str]]:
    """Each node that waits for something or stands still, with its element in the new version."""
    for needs in (step.tasks, step.choices, step.jobs, step.timers, step.waits, step.listening, step.faults):
        for need in needs:
            yield need.node, need.element


def _tasks(uow: UnitOfWork, case: Case, step: bpmn.Step, anew: set[int]) -> None:
    """Whoever has it keeps it, with what they put aside and when it is due. A new form is asked from now on."""
    bundle = uow.bundle(case)
    needs = {need.node: need for need in step.for_people}
    mine = select(Task).where(Task.case_id == case.id, Task.state.in_(OPEN_TASKS), Task.kind.in_(OF_PROCESS))
    for task in uow.session.scalars(mine):
        if (need := needs.get(task.node or 0)) is None:
            continue
        if task.node in anew and task.state == TaskState.READY:
            steps.withdraw(uow, case, task)
            _drop_alarm(uow, task)
            continue
        task.kind = TaskKind.CHOICE if isinstance(need, bpmn.Choice) else TaskKind.STEP
        task.element = need.element
        task.form = steps.form(uow, need.form_id) if need.form_id else None
        task.title_de = bundle.step_text(need.element, "name", "de") or need.name
        task.title_en = bundle.step_text(need.element, "name", "en") or need.name
        if task.node in anew and need.due and need.due != task.due_at:
            _due_anew(uow, case, task, need.due)


def _due_anew(uow: UnitOfWork, case: Case, task: Task, due: datetime) -> None:
    """What tells that its due time has passed goes by the new one."""
    _drop_alarm(uow, task)
    task.due_at = due
    steps.watch(uow, case, [(task.id, {"node": task.node, "element": task.element, "due_at": due})])


def _drop_alarm(uow: UnitOfWork, task: Task) -> None:
    uow.session.flush()
    at_its_node = Job.case_id == task.case_id, Job.node == task.node, Job.kind == JobKind.OVERDUE
    uow.session.execute(delete(Job).where(*at_its_node))


def _jobs(uow: UnitOfWork, case: Case, step: bpmn.Step, at: Mapping[int, str], anew: set[int]) -> None:
    """A call keeps its key, so that what it does is done once; one that nobody has made yet is made as the new version says."""
    calls = {call.node: call for call in step.jobs}
    for job in uow.session.scalars(select(Job).where(Job.case_id == case.id)):
        need = calls.get(job.node or 0)
        if job.kind == JobKind.CALL and need is not None and _fresh(job):
            gone = _other(job, need) or (job.node in anew and job.payload.get("inputs") != dict(need.inputs))
        else:
            gone = job.kind == JobKind.TIMER and job.node in anew
        if gone:
            uow.session.delete(job)
        elif job.node is not None:
            job.element = at.get(job.node, job.element)


def _signals(uow: UnitOfWork, case: Case, names: Mapping[str, str]) -> None:
    """One that is on its way to the case finds who listened when it was thrown."""
    for job in uow.session.scalars(select(Job).where(Job.case_id == case.id, Job.kind == JobKind.SIGNAL)):
        job.element = names.get(job.element or "", job.element)


def _fresh(job: Job) -> bool:
    return job.attempts == 0 and job.state in (JobState.READY, JobState.WAITING, JobState.HELD)


def _other(job: Job, need: bpmn.ServiceCall) -> bool:
    """Whether the new version would make another call at this place, or try it otherwise."""
    tries = need.retries is not None and need.retries != job.retries
    return tries or job.type != need.type or job.payload.get("headers") != dict(need.headers)


def _waits(uow: UnitOfWork, case: Case, step: bpmn.Step, at: Mapping[int, str]) -> None:
    """One that listens for something else now is made anew, and looks whether that has come already."""
    heard = {need.node: (need.message, need.key) for need in step.waits}
    heard |= {need.node: (need.signal, "") for need in step.listening}
    for wait in uow.session.scalars(select(Wait).where(Wait.case_id == case.id)):
        if wait.node in heard and heard[wait.node] != (wait.message, wait.key):
            uow.session.delete(wait)
        else:
            wait.element = at.get(wait.node, wait.element)


def _incidents(uow: UnitOfWork, case: Case, at: Mapping[int, str], names: Mapping[str, str]) -> None:
    mine = select(Incident).where(Incident.case_id == case.id, Incident.state == IncidentState.OPEN)
    for incident in uow.session.scalars(mine):
        known = incident.element
        element = at.get(incident.node, known) if incident.node else names.get(known or "", known)
        incident.element = incident.task.element = element


def _bare(elements: Mapping[str, str]) -> dict[str, str]:
    """By the ids alone, without the called process before them."""
    found: dict[str, set[str]] = {}
    for old, new in elements.items():
        found.setdefault(old.rpartition("/")[2], set()).add(new.rpartition("/")[2])
    return {old: new.pop() for old, new in found.items() if len(new) == 1}


def _anew(plan: bpmn.Plan) -> frozenset[str]:
    """The new names of what is settled anew."""
    return frozenset(plan.elements[key].rpartition("/")[2] for key in plan.anew if key in plan.elements)

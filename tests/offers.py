"""Offer a task by name, as a model would have."""

from cpm.model import Candidate, CandidateKind, Task, TaskState
from cpm.uow import UnitOfWork


def offer(uow: UnitOfWork, task_id: int, *to: tuple[CandidateKind, str]) -> None:
    task = uow.get(Task, task_id)
    task.offered = True
    as_it = {"free": task.state == TaskState.READY, "priority": task.priority, "due_at": task.due_at}
    task.candidates += [Candidate(kind=kind, name=name, **as_it) for kind, name in to]
    uow.session.flush()

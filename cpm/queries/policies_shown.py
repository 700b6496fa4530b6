"""Policies as people at a step see them: which speak about it, how their request stands, what they are to approve."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cpm.model import ApprovalState, PolicyApproval, Task, TaskKind, Team
from cpm.policies import Act, Policy, Verdict
from cpm.queries import people, policies, variables
from cpm.queries.journal import names as naming
from cpm.queries.journal import phrasing
from cpm.uow import UnitOfWork

_OF_INTEREST = (ApprovalState.ASKED, ApprovalState.GRANTED, ApprovalState.REFUSED)


@dataclass(frozen=True, slots=True)
class Speaking:
    key: str
    verdict: str
    reason: str
    approver: str | None  #: by name
    state: str | None  #: of the reader's request for an approval


@dataclass(frozen=True, slots=True)
class AtStep:
    speaking: tuple[Speaking, ...]  #: the strictest first
    approved: Mapping[str, Any] | None  #: what the reader asked an approval for, to go on with


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody is asked to approve."""

    asked_by: str  #: by name
    because: str
    data: tuple[tuple[str, str], ...]


def at_step(uow: UnitOfWork, task: Task, language: str, *, typed: Mapping[str, Any] | None = None) -> AtStep:
    """Those that speak about completing this step with these data, as far as they are known."""
    if task.kind != TaskKind.STEP:
        return AtStep((), None)
    act = Act("complete", task.element, None, typed or {}, {}, f"task {task.id}")
    found = policies.spoken(uow, task.case, act, lambda: variables.seen_at(uow, task.case, task.node))
    request = _request(uow, task) if found.of(Verdict.APPROVAL) else None
    speaking = tuple(_told(uow, policy, request, language) for policy in found.policies)
    return AtStep(speaking, request.data if request else None)


def wanted(uow: UnitOfWork, task: Task, language: str) -> Wanted | None:
    """None unless the task is to approve something."""
    if task.kind != TaskKind.AD_HOC:
        return None
    row = uow.session.scalar(select(PolicyApproval).where(PolicyApproval.task_id == task.id))
    if row is None:
        return None
    kind, _, number = row.subject.partition(" ")
    about = {"task": int(number)} if kind == "task" else {}
    names = naming.names(uow, task.case, language)
    data = phrasing.details("task.completed", {**about, "data": row.data}, names)
    users = people.user_names(uow)
    return Wanted(users.get(row.asked_by, row.asked_by), row.asked_because, data)


def _request(uow: UnitOfWork, task: Task) -> PolicyApproval | None:
    theirs = select(PolicyApproval).where(
        PolicyApproval.case_id == task.case_id,
        PolicyApproval.subject == f"task {task.id}",
        PolicyApproval.asked_by == uow.actor,
        PolicyApproval.state.in_(_OF_INTEREST),
    )
    return uow.session.scalar(theirs.order_by(PolicyApproval.id.desc()).limit(1))


def _told(uow: UnitOfWork, policy: Policy, request: PolicyApproval | None, language: str) -> Speaking:
    team = uow.session.get(Team, policy.approver) if policy.approver else None
    return Speaking(
        policy.key,
        policy.verdict.value,
        policy.reason(language),
        None if team is None else team.name_en if language == "en" else team.name_de,
        request.state.value if request and request.policy == policy.key else None,
    )

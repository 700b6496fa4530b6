"""Approvals that policies want: asked for by whoever was refused, decided by somebody else, used once."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select

from cpm import values
from cpm.commands import checks, policy_journal, steering, variables
from cpm.commands.policy_journal import Speaking
from cpm.errors import Forbidden, Invalid
from cpm.model import ApprovalState, Case, PolicyApproval, Task, TaskKind, TaskState, Team
from cpm.policies import Act, Policy, PolicyNeedsApproval, Verdict
from cpm.uow import UnitOfWork

_LIVE = (ApprovalState.ASKED, ApprovalState.GRANTED)
_PRIORITY = 65  #: as the tables give it to approvals of processes (PROCESSES 4.2)
_ANSWERS = frozenset({"approved", "note"})
#: Facts that may change between asking and doing without making another act of it.
_OF_THE_MOMENT = frozenset({"actor_kind", "roles", "teams", "open_special_cases"})


def find(
    uow: UnitOfWork, case: Case, act: Act, policy: Policy, told: Mapping[str, Any]
) -> PolicyApproval | None:
    """What became of the actor's latest request for exactly this act with exactly these data.

    `told` is the decision's evidence: an amount that the policies saw in the case is approved like one handed in.
    """
    newest = _theirs(uow, case, act, policy).where(
        PolicyApproval.digest == _digest(act, told),
        PolicyApproval.state.in_((*_LIVE, ApprovalState.REFUSED)),
    )
    return uow.session.scalar(newest.order_by(PolicyApproval.id.desc()).limit(1))


def ask(uow: UnitOfWork, case: Case, needed: PolicyNeedsApproval, because: str) -> None:
    """Give each policy's team a task to approve it; the same request again changes nothing."""
    because = checks.plain_text("ask", because)
    for policy in needed.policies:
        before = find(uow, case, needed.act, policy, needed.evidence)
        if before is None or before.state == ApprovalState.REFUSED:
            _drop_others(uow, case, needed.act, policy)
            _ask(uow, case, needed, policy, because)


def of_task(uow: UnitOfWork, task: Task) -> PolicyApproval | None:
    """The request that this task is to decide."""
    return uow.session.scalar(select(PolicyApproval).where(PolicyApproval.task_id == task.id))


def must_be_anothers(uow: UnitOfWork, wanted: PolicyApproval) -> None:
    """Forbidden unless the actor is of the team that approves and did not ask for it themselves."""
    if wanted.task.team not in uow.user().teams:
        raise Forbidden(
            f"Expected {uow.actor} to be in team {wanted.task.team} to approve this, but they are not",
            de="Freigeben darf das nur, wer zum zuständigen Team gehört.",
        )
    if wanted.asked_by == uow.actor:
        raise Forbidden(
            f"Expected somebody else for task {wanted.task_id}, but {uow.actor} has asked for this approval",
            de="Das muss jemand anderes freigeben: Sie haben selbst darum gebeten.",
        )


def decide(uow: UnitOfWork, wanted: PolicyApproval, data: Mapping[str, Any]) -> None:
    """`approved` is yes or no; a refusal says why in `note`."""
    must_be_anothers(uow, wanted)
    granted, note = _answer(data)
    wanted.move("grant" if granted else "refuse")
    wanted.decided_by, wanted.decided_because, wanted.decided_at = uow.actor, note, uow.now
    if granted:
        policy_journal.approved(uow, wanted.case, _about(wanted), reason=note or None, task=wanted.task_id)
    else:
        policy_journal.rejected(uow, wanted.case, _about(wanted), reason=note, task=wanted.task_id)


def team_names(uow: UnitOfWork, policies: Sequence[Policy], language: str) -> str:
    keys = dict.fromkeys(policy.approver or "supervisors" for policy in policies)
    teams = [uow.session.get(Team, key) for key in keys]
    return ", ".join(
        team.name_en if language == "en" else team.name_de for team in teams if team
    ) or ", ".join(keys)


def _ask(uow: UnitOfWork, case: Case, needed: PolicyNeedsApproval, policy: Policy, because: str) -> None:
    task = _task(uow, case, needed.act, policy)
    uow.session.add(task)
    uow.session.flush()
    row = PolicyApproval(
        case_id=case.id,
        case=case,
        task_id=task.id,
        policy=policy.key,
        reason_de=policy.reason_de,
        reason_en=policy.reason_en,
        action=needed.act.action,
        element=needed.act.element,
        subject=needed.act.subject,
        digest=_digest(needed.act, needed.evidence),
        data=dict(needed.act.given),
        asked_by=uow.actor,
        asked_because=because,
        asked_at=uow.now,
    )
    uow.session.add(row)
    about = Speaking(needed.act, policy, needed.evidence)
    policy_journal.asked(uow, case, about, reason=because, team=task.team, due=task.due_at, task=task.id)


def _task(uow: UnitOfWork, case: Case, act: Act, policy: Policy) -> Task:
    known = variables.load(uow, case)[""]
    return Task(
        case_id=case.id,
        kind=TaskKind.AD_HOC,
        element=act.element,
        title_de=f"Freigeben: {policy.reason_de}"[:255],
        title_en=f"Approve: {policy.reason_en}"[:255],
        team=uow.get(Team, policy.approver or "supervisors").key,
        state=TaskState.READY,
        priority=_PRIORITY,
        due_at=steering.deadline(uow, case, "approve", known).due,
        created_at=uow.now,
    )


def _drop_others(uow: UnitOfWork, case: Case, act: Act, policy: Policy) -> None:
    """Who asks with other data no longer wants what they asked for before."""
    for row in uow.session.scalars(_theirs(uow, case, act, policy).where(PolicyApproval.state.in_(_LIVE))):
        row.move("withdraw")
        if row.task.state in (TaskState.READY, TaskState.CLAIMED):
            row.task.move("withdraw")


def _theirs(uow: UnitOfWork, case: Case, act: Act, policy: Policy) -> Select[PolicyApproval]:
    return select(PolicyApproval).where(
        PolicyApproval.case_id == case.id,
        PolicyApproval.policy == policy.key,
        PolicyApproval.subject == act.subject,
        PolicyApproval.asked_by == uow.actor,
    )


def _digest(act: Act, told: Mapping[str, Any]) -> str:
    facts = {name: value for name, value in told.get("facts", {}).items() if name not in _OF_THE_MOMENT}
    exact = [
        act.action,
        act.element,
        act.subject,
        dict(sorted(act.given.items())),
        dict(sorted(act.about.items())),
        dict(sorted(facts.items())),
    ]
    return hashlib.sha256(values.dumps(exact).encode()).hexdigest()


def _about(row: PolicyApproval) -> Speaking:
    policy = Policy(row.policy, Verdict.APPROVAL, row.reason_de, row.reason_en)
    return Speaking(Act(row.action, row.element), policy, {})


def _answer(data: Mapping[str, Any]) -> tuple[bool, str]:
    approved, note = data.get("approved"), data.get("note") or ""
    if set(data) - _ANSWERS or approved not in ("yes", "no") or not isinstance(note, str):
        raise Invalid(
            "Expected approved to be yes or no, and a note, but it is not so",
            [("approved", "must be yes or no")],
            problems_de=[("approved", "Bitte freigeben oder ablehnen.")],
        )
    return approved == "yes", checks.plain_text("note", note, required=approved == "no")

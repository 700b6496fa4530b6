"""What the machine does by itself meets the policies too: before a call is enqueued, and again before it is made.

So it is all the same by which way a token came to a step: completed, skipped, supplied, corrected or moved. What a
policy stops becomes an incident of whoever may let it go on; they do so by trying again, with a reason.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, select

from cpm import bpmn
from cpm.commands import approvals, automatic, covering, incidents, policies, policy_journal
from cpm.commands.incidents import Trouble
from cpm.commands.policy_journal import Speaking
from cpm.model import ApprovalState, Case, Event, Incident, IncidentState, Job, JobKind, Origin
from cpm.policies import Act, Policy, Verdict
from cpm.queries import policies as table
from cpm.queries import stopping_policies
from cpm.queries import variables as present
from cpm.queries.policies import Spoken
from cpm.queries.stopping_policies import CONNECTOR, NEEDS_APPROVAL, REFUSED
from cpm.uow import UnitOfWork

_CODES = {Verdict.REFUSE: REFUSED, Verdict.APPROVAL: NEEDS_APPROVAL}
#: Under this name a job's payload lists the policies that somebody has let it pass.
PASSED = "passed"
#: So many exceptions may have been settled since the last step before nobody looks further back.
_FAR_ENOUGH = 50


def stopped(uow: UnitOfWork, case: Case, step: bpmn.Step) -> frozenset[int]:
    """The nodes whose calls wait for somebody to let them go on."""
    query = select(Incident).where(
        Incident.case_id == bindparam("case"),
        Incident.state == IncidentState.OPEN,
        Incident.connector == CONNECTOR,
    )
    found = covering.rows(uow, Incident, query, case, step)
    return frozenset(incident.node for incident in found if incident.node is not None)


def passed(uow: UnitOfWork, case: Case, call: bpmn.ServiceCall) -> list[str] | None:
    """Before the call is enqueued: the policies that were let pass, or None if one stops it, with its incident."""
    act = _act(call.type, call.element, call.inputs)
    spoken = table.spoken(uow, case, act, lambda: call.visible)
    if uow.settling is not None and uow.settling.node == call.node:
        return _let_pass(uow, case, act, spoken, uow.settling)
    before = uow.passed.get(call.node)
    known = before[1] if before is not None and before[0] == dict(call.inputs) else []
    stopping = _stopping(spoken, known)
    if stopping:
        _raise(uow, case, act, spoken, stopping, node=call.node)
        return None
    for policy in spoken.of(Verdict.WARN):
        policy_journal.warned(uow, case, Speaking(act, policy, policy_journal.told(spoken)))
    return known


def forbids(look: UnitOfWork, job: Job) -> bool:
    """Just before the call is made: whether a policy stops it now, though it did not when it was enqueued."""
    case = job.case
    assert case is not None, "a call belongs to a case"
    if job.kind == JobKind.LETTER:  # whoever wrote it was asked as they sent it
        return False
    return bool(_stopping(_spoken_of(look, case, job), job.payload.get(PASSED, [])))


def stop(uow: UnitOfWork, job: Job) -> None:
    """Set aside a job that policies now forbid; if they do not after all, it goes on."""
    case = job.case
    assert case is not None, "a call belongs to a case"
    spoken = _spoken_of(uow, case, job)
    stopping = _stopping(spoken, job.payload.get(PASSED, []))
    if not stopping:
        job.run_at, job.token, job.worker = uow.now, None, None
        job.move("postpone")
        return
    job.move("set aside")
    job.token, job.worker = None, None
    first = stopping[0]
    if automatic.failed(uow, job, _code(first), first.reason_de) is not None:
        return  # its incident is still open, and with its person
    act = _act(job.type or "", job.element, job.payload["inputs"])
    _raise(uow, case, act, spoken, stopping, node=job.node, job=job)


def remember_passed(uow: UnitOfWork, job: Job) -> None:
    """A call that is made anew with the same inputs keeps what was let pass for it."""
    if job.node is not None and job.payload.get(PASSED):
        uow.passed[job.node] = (job.payload["inputs"], job.payload[PASSED])


def _spoken_of(uow: UnitOfWork, case: Case, job: Job) -> Spoken:
    def see() -> Mapping[str, Any]:
        return present.of_case(uow, case) if job.node is None else present.at(uow, case, job.node)

    return table.spoken(uow, case, _act(job.type or "", job.element, job.payload["inputs"]), see)


def _act(type_: str, element: str | None, inputs: Mapping[str, Any]) -> Act:
    action = "send" if type_.endswith(".send") else "call"
    return Act(action, element, type_, dict(inputs), subject=f"step {element}")


def _code(policy: Policy) -> str:
    return policy.key if policy.key == table.FAILED else _CODES[policy.verdict]


def _stopping(spoken: Spoken, known: list[str]) -> list[Policy]:
    found = [*spoken.of(Verdict.REFUSE), *spoken.of(Verdict.APPROVAL)]
    return [policy for policy in found if policy.key not in known]


def _let_pass(uow: UnitOfWork, case: Case, act: Act, spoken: Spoken, incident: Incident) -> list[str]:
    """Somebody tries it again by hand: their right and their reason count, and who led here may not approve."""
    reason, keys = uow.assent.override.strip(), []
    told = policy_journal.told(spoken) if spoken.policies else {}
    for policy in _stopping(spoken, []):
        about = Speaking(act, policy, told)
        if policy.verdict == Verdict.APPROVAL:
            _approve(uow, case, about, incident)
        elif reason and policies.may_override(uow, policy):
            policy_journal.overridden(uow, case, about, reason=reason)
        else:
            raise policies.refusal(uow, case, act, [policy], told)
        keys.append(policy.key)
    return keys


def _approve(uow: UnitOfWork, case: Case, about: Speaking, incident: Incident) -> None:
    """By an approval that they have asked for, or by their own word, if they neither led here nor changed the data."""
    act, policy, led = about.act, about.policy, _who_led_here(uow, incident)
    row = approvals.find(uow, case, act, policy, about.told)
    if row is not None and row.state == ApprovalState.GRANTED and row.decided_by not in led:
        policies.used(row, about)(uow, case)
        return
    changed = bool((incident.resolution or {}).get("data"))
    may = policy.approver in uow.user().teams and uow.actor not in led and not changed
    if not (may and (reason := uow.assent.override.strip())):
        state = row.state if row is not None and row.state != ApprovalState.GRANTED else None
        raise policies.approval_needed(uow, case, act, [policy], about.told, state=state, may_approve=may)
    policy_journal.approved(uow, case, about, reason=reason)


def _who_led_here(uow: UnitOfWork, incident: Incident) -> set[str]:
    """The worker only carries on what somebody has decided: the last step that was done, or data put right."""
    before = (Event.case_id == incident.case_id) & (Event.at <= incident.raised_at)
    words = select(Event).where(before, Event.what.in_(("task.completed", "incident.resolved")))
    said = uow.session.scalars(words.order_by(Event.seq.desc()).limit(_FAR_ENOUGH))
    decided = (each.actor for each in said if each.what == "task.completed" or each.particulars.get("data"))
    return {incident.raised_by, *islice(decided, 1)}


def _raise(
    uow: UnitOfWork,
    case: Case,
    act: Act,
    spoken: Spoken,
    stopping: list[Policy],
    *,
    node: int | None,
    job: Job | None = None,
) -> None:
    first = stopping[0]
    for policy in stopping:
        policy_journal.refused(uow, case, Speaking(act, policy, policy_journal.told(spoken)))
    trouble = Trouble(
        Origin.RULE,
        CONNECTOR,
        _code(first),
        " ".join(f"{policy.reason_de} / {policy.reason_en}" for policy in stopping),
        act.element,
        node=node,
        facts={
            "inputs": dict(act.given),
            stopping_policies.SAID: [stopping_policies.said(each) for each in stopping],
        },
        approver=first.approver,
    )
    incidents.raise_incident(uow, case, trouble, job=job)

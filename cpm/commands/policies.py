"""Policies are obeyed in every command, whichever door it came through: allow, warn, needs approval, refuse.

`check` stands in each command that people and programs can ask for; a test holds that none is without it. What the
machine does by itself is met in `guarding`. Whoever is refused has changed nothing; the refusal itself is journalled.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from cpm.commands import approvals, policy_journal, variables
from cpm.commands.policy_journal import Speaking
from cpm.model import ApprovalState, Case, PolicyApproval
from cpm.policies import (
    Act,
    Assent,
    Policy,
    PolicyNeedsApproval,
    PolicyRefusal,
    PolicyRefused,
    PolicyWarning,
    Verdict,
)
from cpm.queries import policies as table
from cpm.queries.policies import See, Spoken
from cpm.uow import UnitOfWork

#: What is to be journalled once the command has been let through.
Told = Sequence[Callable[[UnitOfWork, Case], None]]
_NOTHING: Mapping[str, Any] = {}


def check(
    uow: UnitOfWork,
    case: Case,
    action: str,
    *,
    element: str | None = None,
    subject: str = "",
    given: Mapping[str, Any] = _NOTHING,
    see: See | None = None,
    **about: Any,
) -> None:
    """Go on only if policies let the actor: PolicyWarning, PolicyNeedsApproval or PolicyRefused otherwise.

    `given` is what is handed in, as if it were taken already; `see` gives the data that the act's place sees, the
    case's if nothing is said. `about` are further facts of `steering_facts`.
    """
    write_down(
        uow,
        case,
        judged(uow, case, Act(action, element, None, given, about, subject), see),
    )


def judged(uow: UnitOfWork, case: Case, act: Act, see: See | None = None) -> Told:
    """As `check`, for a case that is not there yet: what to `write_down` when it is."""
    spoken = table.spoken(uow, case, act, see or (lambda: variables.load(uow, case)[""]))
    if not spoken.policies:
        return ()
    return [
        *_overridden(uow, case, act, spoken),
        *_approved(uow, case, act, spoken),
        *_confirmed(uow, case, act, spoken),
    ]


def write_down(uow: UnitOfWork, case: Case, told: Told) -> None:
    for write in told:
        write(uow, case)


def remember(uow: UnitOfWork, refused: PolicyRefusal, assent: Assent) -> PolicyRefusal:
    """After a refused command's transaction is gone: journal it, or ask for the approval; what to tell them."""
    if isinstance(refused, PolicyWarning) or uow.session.get(Case, refused.case_id) is None:
        return refused
    case = uow.case(refused.case_id)
    if isinstance(refused, PolicyNeedsApproval) and assent.ask and not refused.may_approve:
        approvals.ask(uow, case, refused, assent.ask)
        return approval_needed(
            uow, case, refused.act, refused.policies, refused.evidence, state=ApprovalState.ASKED
        )
    if isinstance(refused, PolicyRefused):
        for policy in refused.policies:
            policy_journal.refused(uow, case, Speaking(refused.act, policy, refused.evidence))
    return refused


def may_override(uow: UnitOfWork, policy: Policy) -> bool:
    user = uow.acting() if policy.override else None
    return user is not None and policy.override in user.roles


def approval_needed(
    uow: UnitOfWork,
    case: Case,
    act: Act,
    policies: Sequence[Policy],
    told: Mapping[str, Any],
    *,
    state: ApprovalState | None = None,
    may_approve: bool = False,
) -> PolicyNeedsApproval:
    teams_de, teams_en = approvals.team_names(uow, policies, "de"), approvals.team_names(uow, policies, "en")
    stands_de, stands_en = _STANDS[state]
    return PolicyNeedsApproval(
        f"Expected the approval of {teams_en} before this, but {stands_en}: {_reasons(policies, 'en')}",
        policies,
        de=f"Das braucht eine Freigabe ({teams_de}); {stands_de}. {_reasons(policies, 'de')}",
        case_id=case.id or 0,
        act=act,
        evidence=told,
        state=state,
        may_approve=may_approve,
    )


def refusal(
    uow: UnitOfWork, case: Case, act: Act, policies: Sequence[Policy], told: Mapping[str, Any]
) -> PolicyRefused:
    return PolicyRefused(
        f"Expected the policies to allow this, but one refuses it: {_reasons(policies, 'en')}",
        policies,
        de=f"Das lassen die Regeln nicht zu: {_reasons(policies, 'de')}",
        case_id=case.id or 0,
        act=act,
        evidence=told,
        may_override=all(may_override(uow, policy) for policy in policies),
    )


#: How it stands with an approval, in both languages.
_STANDS = {
    None: ("noch ist sie nicht erbeten", "it has not been asked for"),
    ApprovalState.ASKED: (
        "sie ist erbeten, aber noch nicht erteilt",
        "it has been asked for and not yet given",
    ),
    ApprovalState.REFUSED: ("sie wurde abgelehnt", "it was refused"),
}


def _overridden(uow: UnitOfWork, case: Case, act: Act, spoken: Spoken) -> Told:
    refusing = spoken.of(Verdict.REFUSE)
    why = uow.assent.override.strip()
    if refusing and not (why and all(may_override(uow, policy) for policy in refusing)):
        raise refusal(uow, case, act, refusing, policy_journal.told(spoken))
    told = policy_journal.told(spoken) if refusing else {}
    return [
        partial(policy_journal.overridden, about=Speaking(act, policy, told), reason=why)
        for policy in refusing
    ]


def _approved(uow: UnitOfWork, case: Case, act: Act, spoken: Spoken) -> Told:
    """Each approval is of exactly this act with exactly these data, and used up by it."""
    wanted = spoken.of(Verdict.APPROVAL)
    told = policy_journal.told(spoken) if wanted else {}
    found = [(policy, approvals.find(uow, case, act, policy, told)) for policy in wanted]
    missing = [(policy, row) for policy, row in found if row is None or row.state != ApprovalState.GRANTED]
    if missing:
        states = {row.state if row else None for _, row in missing}
        state = states.pop() if len(states) == 1 else None
        policies = [policy for policy, _ in missing]
        raise approval_needed(uow, case, act, policies, told, state=state)
    return [used(row, Speaking(act, policy, told)) for policy, row in found if row is not None]


def used(row: PolicyApproval, about: Speaking) -> Callable[[UnitOfWork, Case], None]:
    """Not before all that may speak against the act has been asked."""

    def write(uow: UnitOfWork, case: Case) -> None:
        row.move("use")
        policy_journal.approval_used(uow, case, about=about, by=row.decided_by)

    return write


def _confirmed(uow: UnitOfWork, case: Case, act: Act, spoken: Spoken) -> Told:
    """A machine cannot be warned: it goes on, and the journal says so."""
    warning = spoken.of(Verdict.WARN)
    unknown = [policy for policy in warning if policy.key not in uow.assent.confirmed]
    if unknown and uow.acting() is not None:
        raise PolicyWarning(
            f"Expected a warning to be confirmed before this, but it is not: {_reasons(unknown, 'en')}",
            unknown,
            de=f"Bitte beachten und bestätigen: {_reasons(unknown, 'de')}",
            case_id=case.id or 0,
            act=act,
            evidence=policy_journal.told(spoken),
        )
    told = policy_journal.told(spoken) if warning else {}
    return [partial(policy_journal.warned, about=Speaking(act, policy, told)) for policy in warning]


def _reasons(policies: Sequence[Policy], language: str) -> str:
    return " ".join(policy.reason(language) for policy in policies)

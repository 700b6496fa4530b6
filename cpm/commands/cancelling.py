"""End a case by hand whatever it stands at: a supervisor may, for any open case they see. Nothing that was done is undone."""

from cpm.commands import checks, closing, interventions, moving, policies
from cpm.commands.resolvable import OUTCOMES
from cpm.errors import Invalid
from cpm.model import Case
from cpm.uow import UnitOfWork


def cancel(uow: UnitOfWork, case_id: int, *, outcome: str, why: str, seen: int | None = None) -> Case:
    """All that is open is withdrawn. What another system does just now for it is told when it comes (`job.came_late`).

    `seen` is the revision of the case that the actor has looked at: Conflict if it has moved on since.
    """
    case, why = moving.open_case(uow, case_id, seen=seen), checks.plain_text("why", why)
    if outcome not in OUTCOMES:
        raise Invalid(
            f"Expected the outcome to be one of {', '.join(OUTCOMES)}, but it is {outcome!r:.80}",
            [("outcome", f"must be one of {', '.join(OUTCOMES)}")],
            de="So kann ein Vorgang nicht enden.",
            problems_de=[("outcome", "Bitte auswählen, wie der Vorgang endet.")],
        )
    policies.check(uow, case, "end", subject=f"case {case.number}", outcome=outcome)
    uow.by_hand = True
    with interventions.shown(uow, case, "case.ended"):
        closing.end(uow, case, outcome=outcome, reason=why)
    return case

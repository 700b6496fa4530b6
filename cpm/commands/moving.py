"""Move a case by hand: take away what it stands at, begin steps elsewhere, both as one act. Nothing that was done is undone.

To see what would come of it, do it in a rehearsal and look at its entry in the journal (`queries.moving.prospect`).
"""

from collections.abc import Sequence

from cpm import bpmn
from cpm.commands import changeable, checks, interventions, policies, process
from cpm.commands.looked_at import must_be_as_looked_at
from cpm.errors import Forbidden, Invalid, WrongState
from cpm.model import Case, CaseState, Role
from cpm.queries import moving as shown
from cpm.uow import UnitOfWork


def move(
    uow: UnitOfWork,
    case_id: int,
    *,
    cancel: Sequence[int] = (),
    begin: Sequence[bpmn.Begin] = (),
    why: str,
    seen: int | None = None,
) -> Case:
    """What stands at the nodes `cancel` is taken away with all that is in it, and the elements `begin`.

    Invalid says all that speaks against it, also if nothing would be left: then the case is to be ended instead. `seen` is
    the revision of the case that the actor has looked at: Conflict if it has moved on since.
    """
    case, why = open_case(uow, case_id, seen=seen), checks.plain_text("why", why)
    left, to = shown.elements_at(uow, case, cancel), [each.element for each in begin]
    element = to[0] if len(to) == 1 else None
    given = checks.values({name: value for each in begin for name, value in each.variables.items()})
    changeable.must_be_free(uow, case, given)
    policies.check(uow, case, "move", element=element, subject=f"case {case.number}", given=given)
    uow.by_hand = True
    with interventions.told(
        uow, case, "case.moved", why=why, left=left or None, to=to or None, data=given or None
    ):
        go(uow, case, bpmn.Modified(tuple(cancel), tuple(begin)))
    return case


def go(uow: UnitOfWork, case: Case, act: bpmn.Modified) -> None:
    """Invalid with the engine's reasons, or if nothing would be left: then the case is to be ended instead."""
    try:
        process.resume(uow, case, act)
    except bpmn.CannotMove as refused:
        first, *_ = refused.reasons
        raise Invalid(
            first.english.rstrip("."),
            [("move", reason.english) for reason in refused.reasons],
            de=first.german,
            problems_de=[("move", reason.german) for reason in refused.reasons],
        ) from refused
    if case.state == CaseState.CLOSED:
        raise _nothing_left(case)


def must_be_supervisor(uow: UnitOfWork, case: Case) -> None:
    """A move may lead past an approval or a check: it is not for everybody who has a step of the case."""
    if Role.SUPERVISOR not in uow.user().roles:
        raise Forbidden(
            f"Expected {uow.actor} to be a supervisor to move or end case {case.number}, but they are not",
            de="Einen Vorgang versetzen oder beenden darf nur die Teamleitung.",
        )


def open_case(uow: UnitOfWork, case_id: int, *, seen: int | None) -> Case:
    """The case, locked, if the actor is a supervisor, it is open and as they have seen it."""
    case = uow.case(case_id)
    must_be_supervisor(uow, case)
    if case.state == CaseState.CLOSED:
        raise WrongState(
            f"Expected case {case.number} to be open, but it is closed",
            de=f"Der Vorgang {case.number} ist schon abgeschlossen.",
        )
    must_be_as_looked_at(uow, case, seen)
    return case


def _nothing_left(case: Case) -> Invalid:
    return Invalid(
        f"Expected something to be left in case {case.number}, but it would be over: end the case instead",
        [("move", "leaves nothing")],
        de=f"Damit wäre im Vorgang {case.number} nichts mehr offen. Bitte stattdessen den Vorgang beenden.",
        problems_de=[("move", "Es bliebe nichts übrig. Bitte den Vorgang beenden.")],
    )

"""What somebody says to a case's process by hand, such as that its customer wants to change the order."""

from cpm import bpmn
from cpm.commands import policies, process
from cpm.errors import Conflict, Forbidden
from cpm.model import Case, Role
from cpm.queries import actions, wording
from cpm.uow import UnitOfWork

_MAY = frozenset({Role.AGENT, Role.SUPERVISOR})


def act(uow: UnitOfWork, case_id: int, message: str) -> Case:
    """The process hears it at once. Conflict if it does not wait for that, or not any more."""
    if _MAY.isdisjoint(uow.user().roles):
        raise Forbidden(
            f"Expected an agent or a supervisor to act on a case, but {uow.actor} is neither",
            de="Das dürfen nur Sachbearbeitung und Teamleitung.",
        )
    case = uow.case(case_id)
    if (wait := actions.wait(uow, case, message)) is None:
        raise Conflict(
            f"Expected {case.number} to wait for {message:.80}, but it does not, or no longer",
            de=f"{case.number} nimmt das gerade nicht an.",
        )
    policies.check(uow, case, "act", element=wait.element, given={"message": message})
    uow.record(case, "case.acted", message=message, name=_name(uow, case, message))
    process.resume(uow, case, bpmn.Fired(wait.node, {"message": message}))
    return case


def _name(uow: UnitOfWork, case: Case, message: str) -> str:
    return str(wording.table_word(uow.bundle(case), "actions", message, "de"))

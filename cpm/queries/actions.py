"""What a person may say to a case's process at any time: the messages that it waits for and that its texts name under `[actions]`."""

from dataclasses import dataclass

from cpm.model import Case, CaseState, Wait, WaitKind
from cpm.queries import one_case
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Action:
    message: str
    name: str  #: what people call it


def of_case(look: UnitOfWork, case: Case, language: str) -> list[Action]:
    """In the order of the texts."""
    named = look.bundle(case).texts.get(language, {}).get("actions", {})
    if not named or case.state != CaseState.OPEN:
        return []
    waiting = {wait.message for wait in _waits(look, case)}
    return [Action(message, str(name)) for message, name in named.items() if message in waiting]


def wait(look: UnitOfWork, case: Case, message: str) -> Wait | None:
    """The place that such a message would reach."""
    if message not in look.bundle(case).texts.get("de", {}).get("actions", {}):
        return None
    return next((each for each in _waits(look, case) if each.message == message), None)


def _waits(look: UnitOfWork, case: Case) -> list[Wait]:
    return [each for each in one_case.waits(look, case.id) if each.kind == WaitKind.MESSAGE]

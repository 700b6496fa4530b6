"""A case goes on by what was said to it: its process hears the message, or a closed case is opened again by it."""

from collections.abc import Mapping
from typing import Any

from cpm.bpmn import StartEvent
from cpm.commands import cases, correlation, holding
from cpm.model import Case, CaseState, Job, JobKind, JobState
from cpm.model.message import REPLIED, WROTE
from cpm.uow import UnitOfWork


def hears(uow: UnitOfWork, case: Case) -> bool:
    """Whether a message can go on in this case, which is locked; Suspended if it would be opened again and may not."""
    if case.state == CaseState.OPEN:
        return True
    if _reopening(uow, case) is None:
        return False
    holding.must_go_on(uow, case)
    return True


def hear(uow: UnitOfWork, case: Case, said: Mapping[str, Any], *, key: str) -> None:
    """Let a case that `hears` have what was filed on it. `key` is the message's own, so that it counts once."""
    if case.state == CaseState.OPEN:
        told = {"said": said, "key": key}
        _tell_later(uow, case, told) if case.id in uow.suspended else tell(uow, case, told)
        return
    start = _reopening(uow, case)
    assert start is not None, "it hears"
    cases.reopen(uow, case, at=start.id, data=said)
    correlation.correlate_now(uow, WROTE, case, said)


def tell(uow: UnitOfWork, case: Case, told: Mapping[str, Any]) -> None:
    """Let the process hear what was said: who listens for everything now or never, who waits for an answer also later."""
    correlation.correlate_now(uow, WROTE, case, told["said"])
    correlation.correlate(uow, REPLIED, case.number, told["key"], told["said"], case=case)


def start_again(uow: UnitOfWork, case: Case) -> StartEvent | None:
    """The start event at which a further message opens a case of this process again."""
    return next((start for start in uow.bundle(case).program.starts if start.message == REPLIED), None)


def _tell_later(uow: UnitOfWork, case: Case, told: Mapping[str, Any]) -> None:
    """The case stands still: its process hears it when it goes on. The promoter holds it."""
    place = {"kind": JobKind.MESSAGE, "queue": "engine", "state": JobState.WAITING, "run_at": uow.now}
    uow.session.add(Job(case_id=case.id, key=f"said/{case.id}/{told['key']}", payload=dict(told), **place))


def _reopening(uow: UnitOfWork, case: Case) -> StartEvent | None:
    """None if the model has no such start, or it is too late."""
    if case.closed_at is None or uow.now - case.closed_at > cases.REOPENS:
        return None
    return start_again(uow, case)

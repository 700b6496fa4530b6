"""What a signal does in one case: those who listened hear it, and the case that it begins is opened."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cpm import bpmn
from cpm.commands import circles, process
from cpm.commands import starting as beginnings
from cpm.model import Case, CaseState, Customer, Wait, WaitKind
from cpm.model.message import REACH
from cpm.queries import changeable, starting
from cpm.uow import UnitOfWork


def hear(uow: UnitOfWork, case: Case, element: str, told: Mapping[str, Any]) -> bool:
    """A case that listened at this element hears the signal, if it still does."""
    listens = select(Wait.id).where(
        Wait.case_id == case.id,
        Wait.kind == WaitKind.SIGNAL,
        Wait.message == told["signal"],
        Wait.element == element,
    )
    if case.state != CaseState.OPEN or uow.session.scalar(listens.limit(1)) is None:
        return False
    uow.reach = _reach(told)
    fixed = changeable.locked(uow, case)
    data = {name: value for name, value in told["data"].items() if name not in fixed}
    process.resume(uow, case, bpmn.Signalled(told["signal"], data, element))
    return True


def begin(uow: UnitOfWork, told: Mapping[str, Any]) -> Case | None:
    """Open the case that a signal begins, if that process in force still does."""
    for bundle, start in starting.by_signal(uow, told["signal"]):
        if (bundle.key, start.id) != (told["process"], told["start"]):
            continue
        circles.opening(uow, _reach(told))
        customer = uow.get(Customer, int(told["customer"]))
        case, left_out = beginnings.begin(
            uow, customer, bundle, start, told["data"], channel=beginnings.BY_SIGNAL
        )
        uow.record(case, "signal.heard", element=start.id, signal=told["signal"], left_out=left_out or None)
        process.start(uow, case, at=start.id)
        return case
    return None


def _reach(told: Mapping[str, Any]) -> int:
    """A signal that was thrown by an earlier release carries none."""
    return int(told.get("reach", REACH))

"""Messages and signals that wait as jobs are brought to the cases that hear them."""

from collections.abc import Mapping
from typing import Any

from cpm.commands import continuing, correlation, hearing, holding
from cpm.model import Case
from cpm.uow import UnitOfWork


def signal(uow: UnitOfWork, case: Case | None, element: str | None, payload: Mapping[str, Any]) -> None:
    if case is not None and element:
        hearing.hear(uow, case, element, payload)
    else:
        hearing.begin(uow, payload)


def message(uow: UnitOfWork, case: Case | None, payload: Mapping[str, Any]) -> None:
    if case is not None:
        continuing.tell(uow, case, payload)
    elif "came_for" in payload:
        holding.bring(uow, **payload["came_for"])
    elif "wait" in payload:
        correlation.hand_to(uow, int(payload["wait"]))
    else:
        correlation.hand_over(uow, int(payload["message"]))

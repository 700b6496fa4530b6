"""Days on which nobody works, for tables of a process that count a period: whoever reads `days_off` is told.

They are those of the calendar of who waits for money: weekends, the holidays of the Land, single days that are closed.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cpm.uow import UnitOfWork
from rules.dmn import Model

_FACT = "days_off"
_TEAM = "finance"
_BACK, _AHEAD = 30, 120  #: days; no table counts further


def beside(uow: UnitOfWork, model: Model, decision: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts of a decision, with the days around today if it reads them."""
    known = model.decisions.get(decision)
    if known is None or _FACT not in known.inputs:
        return facts
    calendar, today = uow.calendar_of(_TEAM), uow.local_now.date()
    days = (today + timedelta(days=ahead) for ahead in range(-_BACK, _AHEAD))
    return {**facts, _FACT: [day for day in days if not calendar.spans(day)]}

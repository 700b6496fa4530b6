"""Each morning: what is overdue in an ERP begins a case, one for each invoice and each in a transaction of its own."""

from datetime import datetime, timedelta
from typing import Any

from cpm.commands import dunning
from cpm.commands.dunning import Becomes
from cpm.engine import Engine
from cpm.following.work import Work


def following(engine: Engine, now: datetime) -> datetime:
    """The next time that the clock of the house shows the hour."""
    here = now.astimezone(engine.settings.zone)
    at = datetime.combine(here.date(), engine.settings.erp.dun, engine.settings.zone)
    return (at if at > here else at + timedelta(days=1)).astimezone(now.tzinfo)


def run(work: Work) -> dict[str, Any]:
    """How many of each there were; ErpFault if the ERP is away: then it is asked again soon."""
    if work.do(dunning.is_first):
        return {}
    today = work.engine.clock().astimezone(work.engine.settings.zone).date()
    with work.held():
        overdue_ones = work.erp.open_items(due_before=today)
    found = work.look(dunning.sorted_out, overdue_ones)
    for overdue in found:
        if work.stopped():
            break
        if overdue.becomes == Becomes.BEGINS:
            work.do(dunning.begin, overdue)
    return dunning.told(found)

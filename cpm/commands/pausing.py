"""What a case was promised in business time stands still while the customer has to answer.

Only bh and bd pause: what is counted by the calendar, as the law does, or in plain time goes on (`cpm.calendars.due`).
The same moments and the same calendar give the same new due time, whatever the clocks do in between.
"""

from datetime import timedelta
from functools import partial

from cpm import calendars
from cpm.calendars import add_open, open_seconds
from cpm.commands import late_notices
from cpm.commands.covering import Waiting
from cpm.model import Case
from cpm.uow import UnitOfWork


def follow(uow: UnitOfWork, case: Case, waiting: Waiting) -> None:
    """After a step: the clock stops when only the customer can go on, and goes on when anybody of us can."""
    theirs = waiting.reply and not waiting.people
    if theirs and case.paused_at is None and case.clock is not None:
        case.paused_at = uow.now
        uow.record(case, "case.paused", due=case.due_at)
    elif case.paused_at is not None and not theirs:
        _resume(uow, case)


def _resume(uow: UnitOfWork, case: Case) -> None:
    """The due time moves by the open time that passed meanwhile."""
    assert case.paused_at is not None, "a clock that goes on has stood still"
    assert case.clock is not None, "a clock that stood still has a calendar"
    assert case.due_at is not None, "a clock that stood still counts to a due time"
    known = case.clock in uow.library.calendars.each  # a file of today may have left it out
    calendar, before = uow.calendar(case.clock if known else calendars.ALWAYS), case.due_at
    waited = timedelta(seconds=open_seconds(case.paused_at, uow.now, calendar))
    case.due_at, case.paused_at = add_open(before, waited, calendar), None
    late_notices.move(uow, case, partial(add_open, amount=waited, calendar=calendar))
    uow.record(case, "case.resumed", before=before, due=case.due_at)

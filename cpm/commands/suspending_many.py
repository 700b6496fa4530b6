"""Suspend and resume many cases as a batch, each in a transaction of its own."""

from cpm.commands import suspending
from cpm.commands.bulk_kind import Kind, Options
from cpm.errors import Invalid
from cpm.model import Case, Role, Suspension, Timers
from cpm.uow import UnitOfWork


def _suspend(uow: UnitOfWork, case: Case, _options: Options, why: str) -> Suspension:
    return suspending.suspend_case(uow, case.id, why=why)


def _resume(uow: UnitOfWork, case: Case, options: Options, why: str) -> Suspension:
    return suspending.resume_case(uow, case.id, timers=Timers(options["timers"]), why=why)


def _checked(_uow: UnitOfWork, options: Options) -> Options:
    timers = options.get("timers", Timers.RING.value)
    if timers not in list(Timers):
        raise Invalid(
            f"Expected timers to be one of {', '.join(Timers)}, but got {timers!r:.40}",
            [("timers", f"must be one of {', '.join(Timers)}")],
            problems_de=[("timers", f"Möglich sind: {', '.join(Timers)}.")],
        )
    return {"timers": timers}


SUSPEND = Kind(key="suspend", act=_suspend, starters=frozenset({Role.SUPERVISOR}))
RESUME = Kind(key="resume", act=_resume, check=_checked, starters=frozenset({Role.SUPERVISOR}))

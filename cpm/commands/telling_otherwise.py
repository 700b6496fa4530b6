"""A notice that was about to leave goes another way, or not at all: settled like a call that was made."""

from cpm.commands import jobs, settling, telling
from cpm.commands.jobs import Leased
from cpm.uow import UnitOfWork


def settle(uow: UnitOfWork, lease: Leased) -> None:
    """It waits, somebody has it, or the process hears that it was left out; nothing if the lease is no longer ours."""
    job = jobs.leased(uow, lease)
    if job is not None and (outcome := telling.otherwise(uow, job)) is not None:
        settling.settle(uow, lease, outcome)

"""How much automatic mail somebody gets: so much an hour and a day, and no more, whatever sets it off (RFC 3834 2).

Two machines that answer each other come to an end here, even if neither says that it is one. What a person writes
counts for nobody and is never stopped. Workers that send at the same moment may each send one more.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, select

from cpm.connectors import Capped, Done
from cpm.connectors.letters import BadAddress, recipients
from cpm.model import Interaction, Job, Sending
from cpm.uow import UnitOfWork

#: Hours, and how many automatic mails one address may get within them.
LIMITS = ((1, 10), (24, 30))


def count(uow: UnitOfWork, interaction: Interaction) -> None:
    """Write down whom a mail that left went to."""
    uow.session.flush()
    machine, at = interaction.automatic is not None, interaction.at
    uow.session.add_all(
        Sending(interaction_id=interaction.id, address=address.lower(), automatic=machine, at=at)
        for address in interaction.recipients
        if "@" in address
    )


def stops(look: UnitOfWork, job: Job, inputs: Mapping[str, Any]) -> Done | None:
    """Instead of the call, if its mail is a machine's and somebody has had enough: the case goes on, and its journal says so.

    `inputs` as the connector gets them: a notice may go to another address than its process says.
    """
    if not _is_automatic(job):
        return None
    try:
        addresses = [one.lower() for one in recipients(inputs.get("to")) + recipients(inputs.get("cc"))]
    except BadAddress:
        return None  # which the connector says better
    if (capped := exceeded(look, addresses)) is None:
        return None
    return Done({f"{_connector(job)}_skipped": "too_many"}, capped=capped)


def is_mail(job: Job) -> bool:
    """Whether the call sends a mail; others may name an input `attachments` or `to` and mean something else."""
    return _connector(job) in ("smtp", "notice")


def exceeded(look: UnitOfWork, addresses: Sequence[str]) -> Capped | None:
    """The first of them (lower case) that has had as many automatic mails as it may. One statement, however many were sent."""
    longest = max(hours for hours, _ in LIMITS)
    since = {hours: look.now - timedelta(hours=hours) for hours, _ in LIMITS}
    counted = [func.sum(case((Sending.at > since[hours], 1), else_=0)) for hours, _ in LIMITS]
    lately = select(Sending.address, *counted).where(
        Sending.address.in_(addresses), Sending.automatic, Sending.at > since[longest]
    )
    for address, *counts in look.session.execute(lately.group_by(Sending.address)) if addresses else ():
        for (hours, most), had in zip(LIMITS, counts, strict=True):
            if had >= most:
                return Capped(address, int(had), hours)
    return None


def _is_automatic(job: Job) -> bool:
    match _connector(job):
        case "notice":
            return True
        case "smtp":
            return job.payload["inputs"].get("automatic") is True
    return False


def _connector(job: Job) -> str:
    return (job.type or "").partition(".")[0]

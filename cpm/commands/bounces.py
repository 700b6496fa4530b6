"""Our mail did not arrive: the address is marked, and somebody hears of it.

A report can be forged. It counts for a mail that we sent, by its Message-ID, which none but its recipients know, and for
those whom it went to.
"""

from sqlalchemy import select

from cpm.channels import Bounce, Undelivered
from cpm.commands import correlation, identifiers, incidents
from cpm.commands.incidents import Trouble
from cpm.mail_addresses import lowered
from cpm.model import Case, CaseState, Direction, Incident, IncidentState, Interaction, Origin, Reply
from cpm.uow import UnitOfWork

#: The message by which a process hears that what it sent came back; its key is the number of the case.
RETURNED = "letter_returned"
#: RFC 3463: it is not the address, but what was sent there, or when.
_CODES = {"5.2.2": "mailbox_full", "5.2.3": "too_large", "5.3.4": "too_large"}


def tell(uow: UnitOfWork, case: Case, bounce: Bounce) -> None:
    """What a report filed on this case means for it. A mail that is only late means nothing yet."""
    ours = (Interaction.message_key == bounce.message_id) & (Interaction.direction == Direction.OUT)
    mail = uow.session.scalar(select(Interaction).where(ours)) if bounce.message_id else None
    if mail is None:
        return
    for failed in bounce.recipients:
        address = _written_to(mail, failed)
        if failed.permanent and address is not None:
            _did_not_reach(uow, case, mail, address, failed)


def _written_to(mail: Interaction, failed: Undelivered) -> str | None:
    """Whom we wrote to. Where it was one alone, a report about another is about where their mail is sent on to."""
    recipients = [lowered(each) for each in mail.recipients]
    if failed.address in recipients:
        return failed.address
    return recipients[0] if len(recipients) == 1 else None


def _did_not_reach(uow: UnitOfWork, case: Case, mail: Interaction, address: str, failed: Undelivered) -> None:
    said = failed.diagnostic or f"status {failed.status or 'unknown'}"
    if failed.address_is_bad:
        identifiers.mark_unreachable(uow, identifiers.EMAIL, address, said)
    if _process_hears(uow, case, mail, address) or _on_a_desk(uow, case, address):
        return
    code = "bounced_hard" if failed.address_is_bad else _CODES.get(failed.status, "undeliverable")
    facts = {
        "address": address,
        "subject": mail.subject,
        "message_id": mail.message_key,
        "status": failed.status,
        "diagnostic": failed.diagnostic,
    }
    why = f"Expected to reach {address}, but its mail server said: {said}"
    incidents.raise_incident(uow, case, Trouble(Origin.JOB, "smtp", code, why, None, facts=facts))


def _process_hears(uow: UnitOfWork, case: Case, mail: Interaction, address: str) -> bool:
    """A process that waits for it somewhere deals with it itself, at the latest when it comes there; not with what somebody wrote."""
    if case.state != CaseState.OPEN or RETURNED not in uow.bundle(case).program.messages:
        return False
    somebodys = Reply.case_id == case.id, Reply.message_id == mail.message_key
    if uow.session.scalar(select(Reply.id).where(*somebodys).limit(1)) is not None:
        return False
    told = {"address": address}
    correlation.correlate(uow, RETURNED, case.number, f"{mail.message_key}/{address}", told, case=case)
    return True


def _on_a_desk(uow: UnitOfWork, case: Case, address: str) -> bool:
    """Ten mails that come back from one address are one trouble."""
    mine = (
        (Incident.case_id == case.id)
        & (Incident.connector == "smtp")
        & (Incident.state == IncidentState.OPEN)
    )
    return any(
        facts.get("address") == address for facts in uow.session.scalars(select(Incident.facts).where(mine))
    )

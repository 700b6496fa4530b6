"""A message of a customer as its sender laid it out, from the mail as it came."""

from sqlalchemy import select

from cpm.channels import Unreadable
from cpm.channels.mail import shown
from cpm.channels.mail.shown import Shown
from cpm.model import Arrival, Interaction, RawMessage
from cpm.uow import UnitOfWork


def of_message(look: UnitOfWork, case_id: int, interaction_id: int) -> Shown | None:
    """None if it is not of this case, did not come as a mail, or is text alone."""
    raw = (
        select(RawMessage.content)
        .join(Arrival, Arrival.id == RawMessage.arrival_id)
        .join(Interaction, Interaction.id == Arrival.interaction_id)
        .where(Interaction.id == interaction_id, Interaction.case_id == case_id, Arrival.channel == "email")
    )
    content = look.session.scalar(raw.limit(1))
    try:
        return shown.of_mail(content) if content is not None else None
    except Unreadable:
        return None

"""Who takes part in a case: its customer and their contacts, and the addresses that wrote or were written to in it."""

from sqlalchemy import exists, or_, select

from cpm.mail_addresses import lowered
from cpm.model import Case, Direction, Identifier, Interaction
from cpm.queries import participants
from cpm.uow import UnitOfWork

#: The newest messages are looked at: who was written to longer ago may name the case, and a person looks.
_FAR_ENOUGH = 200


def takes_part(look: UnitOfWork, case: Case, address: str) -> bool:
    """Whether what this address or number says of the case counts for more than a guess.

    An address that several share identifies nobody: it takes part only where it has written or was written to.
    """
    address = lowered(address.strip())
    return bool(address) and (_has_spoken(look, case, address) or _was_written_to(look, case, address))


def _has_spoken(look: UnitOfWork, case: Case, address: str) -> bool:
    related = participants.related(look, case.customer)
    theirs = exists().where(
        Identifier.value == address,
        Identifier.customer_id.in_(related),
        Identifier.identifying,
        Identifier.valid_to.is_(None),
    )
    wrote = exists().where(
        Interaction.case_id == case.id, Interaction.direction == Direction.IN, Interaction.sender == address
    )
    return bool(look.session.scalar(select(or_(theirs, wrote))))


def _was_written_to(look: UnitOfWork, case: Case, address: str) -> bool:
    ours = select(Interaction.recipients).where(
        Interaction.case_id == case.id, Interaction.direction == Direction.OUT
    )
    lately = look.session.scalars(ours.order_by(Interaction.id.desc()).limit(_FAR_ENOUGH))
    return any(address == lowered(each) for recipients in lately for each in recipients)

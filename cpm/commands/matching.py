"""Which case a message answers: the strongest evidence first, and none that a stranger can make."""

import contextlib
import re
from collections.abc import Iterator

from sqlalchemy import select

from cpm.case_numbers import case_id
from cpm.channels import Inbound, message_ids
from cpm.errors import Invalid
from cpm.model import Case, Identifier, Interaction
from cpm.uow import UnitOfWork

_NUMBER = re.compile(r"\bC-\d{6,18}-\d\b", re.IGNORECASE)


def answered(uow: UnitOfWork, inbound: Inbound) -> Case | None:
    """The case this message answers, by the Message-IDs it refers to.

    Ours carry a signature and are proof. Those of other mail, and a case number in the subject, count only for the
    customer whose case it is.
    """
    for reference in reversed(inbound.references):
        if (ours := message_ids.read(uow.settings.secret, reference)) and uow.session.get(Case, ours):
            return uow.case(ours)
    return _of_reference(uow, inbound) or _of_subject(uow, inbound)


def named_in(subject: str) -> Iterator[int]:
    """The cases whose numbers are in it, whether there are such cases or not."""
    for written in _NUMBER.findall(subject):
        with contextlib.suppress(Invalid):
            yield case_id(written)


def _of_reference(uow: UnitOfWork, inbound: Inbound) -> Case | None:
    """The case of a message that this one refers to, if the sender is its customer."""
    if not inbound.references:
        return None
    own = (
        select(Case.id)
        .join(Interaction, Interaction.case_id == Case.id)
        .join(Identifier, Identifier.customer_id == Case.customer_id)
        .where(Interaction.message_key.in_(inbound.references), Identifier.value == inbound.sender)
    )
    found = uow.session.scalar(own.order_by(Interaction.id.desc()).limit(1))
    return None if found is None else uow.case(found)


def _of_subject(uow: UnitOfWork, inbound: Inbound) -> Case | None:
    """The case whose number the subject names, if the sender is its customer: a number can be guessed."""
    for named in named_in(inbound.subject):
        own = select(Case.id).join(Identifier, Identifier.customer_id == Case.customer_id)
        if uow.session.scalar(own.where(Case.id == named, Identifier.value == inbound.sender)) is not None:
            return uow.case(named)
    return None

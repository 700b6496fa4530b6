"""Files of a case."""

import hashlib

from cpm.channels import Attachment
from cpm.model import Case, Document, Incident, Interaction
from cpm.uow import UnitOfWork


def attach(
    uow: UnitOfWork,
    case: Case,
    attachment: Attachment,
    *,
    interaction: Interaction | None = None,
    incident: Incident | None = None,
) -> Document:
    """Keep a file on the case, byte for byte; its name and type are what the sender claims."""
    document = Document(
        case_id=case.id,
        interaction_id=interaction and interaction.id,
        incident_id=incident and incident.id,
        name=attachment.name,
        media_type=attachment.media_type,
        content=attachment.content,
        digest=hashlib.sha256(attachment.content).hexdigest(),
        added_at=uow.now,
        added_by=uow.actor,
    )
    uow.session.add(document)
    uow.record(case, "document.added", name=attachment.name, bytes=len(attachment.content))
    return document

"""What a call that went well leaves with its case: what was sent or held back, and files that were made."""

from collections.abc import Mapping
from typing import Any

from cpm.channels import Attachment
from cpm.commands import documents, erp_links, interactions, refiling
from cpm.connectors import Done, Made
from cpm.document_names import with_ending
from cpm.model import Case, Document
from cpm.queries import document_folders
from cpm.uow import UnitOfWork


def kept(uow: UnitOfWork, case: Case, done: Done) -> Mapping[str, Any]:
    """The variables of the call; with files in it, `document` is the id of the first and `documents` are those of all."""
    if done.sent is not None:
        interactions.sent(uow, case, done.sent)
    if (capped := done.capped) is not None:
        uow.record(case, "mail.capped", to=capped.address, count=capped.count, hours=capped.hours)
    erp_links.keep(uow, case, done.links)
    if not done.files:
        return done.variables
    files = [_kept(uow, case, each) for each in done.files]
    uow.session.flush()
    return {**done.variables, "document": files[0].id, "documents": [each.id for each in files]}


def _kept(uow: UnitOfWork, case: Case, made: Made) -> Document:
    before = refiling.newest(uow, case, made.replaces) if made.replaces else None
    if before is not None:
        attachment = Attachment(before.name, made.media_type, made.content)
        return documents.attach(uow, case, attachment, kind=before.kind, version_of=before)
    numbers = [made.number] if made.number else []
    if made.name is not None:
        name = with_ending(f"{made.name}.{made.ending}")
    else:
        customer = document_folders.filed_under(case.customer)
        name = documents.file_name(made.kind, customer, numbers, ending=f".{made.ending}")
    attachment = Attachment(name, made.media_type, made.content)
    document = documents.attach(uow, case, attachment, kind=made.kind)
    document.numbers = numbers
    document.name = documents.unique(uow, document.name, document)
    return document

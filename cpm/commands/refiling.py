"""`document.file`: a file of the case gets a further number, and with it the name by which the house files it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from cpm.commands import document_changes
from cpm.connectors import Done, Failed, Outcome
from cpm.document_names import number_word
from cpm.model import Case, Document
from cpm.model.document import chain
from cpm.uow import UnitOfWork


def file(uow: UnitOfWork, case: Case, given: Mapping[str, Any]) -> Outcome:
    """inputs: document (the id of any version), number (`Re 000523`). The old name stays an alias; twice changes nothing."""
    document, number = newest(uow, case, given.get("document")), str(given.get("number") or "").strip()
    if document is None or not number:
        return Failed("missing_field", f"Expected a file of {case.number} and a number, but one is missing.")
    word = number_word(document.kind, number)
    if word not in document.numbers:
        document.numbers = [*document.numbers, word]
        document_changes.rename(uow, document, document_changes.conventional(uow, document))
    return Done({"document": document.id, "document_name": document.name})


def newest(uow: UnitOfWork, case: Case, document_id: object) -> Document | None:
    """The version in force, unless it was removed."""
    found = uow.session.get(Document, int(str(document_id))) if str(document_id).isdecimal() else None
    if found is None or found.case_id != case.id:
        return None
    current = select(Document).where(or_(Document.id == chain(found), Document.first_id == chain(found)))
    return uow.session.scalar(current.where(Document.current, Document.removed_at.is_(None)))

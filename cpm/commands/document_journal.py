"""What became of a file: into the journal of its case, or into the audit of the customer it belongs to."""

from cpm.commands import audit
from cpm.model import Case, Document
from cpm.uow import UnitOfWork


def added(uow: UnitOfWork, made: Document, size: int) -> None:
    if (case := _case(uow, made)) is not None:
        uow.record(case, "document.added", name=made.name, bytes=size)
    else:
        audit.record(uow, "document.added", customer=made.customer_id, name=made.name)


def versioned(uow: UnitOfWork, made: Document, size: int) -> None:
    if (case := _case(uow, made)) is not None:
        uow.record(case, "document.versioned", name=made.name, bytes=size, version=made.version)
    else:
        audit.record(
            uow, "document.versioned", customer=made.customer_id, name=made.name, version=made.version
        )


def renamed(uow: UnitOfWork, document: Document, before: str) -> None:
    if (case := _case(uow, document)) is not None:
        uow.record(case, "document.renamed", name=document.name, before=before)
    else:
        audit.record(
            uow, "document.renamed", customer=document.customer_id, name=document.name, before=before
        )


def described(uow: UnitOfWork, document: Document) -> None:
    if (case := _case(uow, document)) is not None:
        uow.record(case, "document.described", name=document.name, kind=document.kind)
    else:
        audit.record(
            uow,
            "document.described",
            customer=document.customer_id,
            name=document.name,
            kind=document.kind,
        )


def released(uow: UnitOfWork, document: Document, *, shown: bool) -> None:
    """Only a file of a case is ever shown."""
    case = _case(uow, document)
    if case is not None and shown:
        uow.record(case, "document.shown", name=document.name)
    elif case is not None:
        uow.record(case, "document.hidden", name=document.name)


def removed(uow: UnitOfWork, document: Document, why: str) -> None:
    if (case := _case(uow, document)) is not None:
        uow.record(case, "document.removed", name=document.name, why=why)
    else:
        audit.record(uow, "document.removed", customer=document.customer_id, name=document.name, why=why)


def _case(uow: UnitOfWork, document: Document) -> Case | None:
    return uow.get(Case, document.case_id) if document.case_id is not None else None

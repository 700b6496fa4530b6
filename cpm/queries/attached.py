"""The documents that a mail takes along, read when it leaves."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from cpm.channels import Attachment
from cpm.errors import Invalid
from cpm.model import Case, Document
from cpm.queries import documents as filed
from cpm.uow import UnitOfWork


def documents(look: UnitOfWork, case: Case, given: object) -> list[Document]:
    """Those of the case with these ids, in this order. Invalid if one is none of its documents."""
    ids = _ids(given)
    mine = select(Document).where(
        Document.case_id == case.id, Document.id.in_(ids), Document.removed_at.is_(None)
    )
    found = {document.id: document for document in look.session.scalars(mine)} if ids else {}
    if strange := [key for key in ids if key not in found]:
        raise Invalid(
            f"Expected to attach documents of case {case.number}, but {strange[0]} is none of them",
            [("attachments", f"{key} is no document of this case") for key in strange],
            de=f"Zu diesem Vorgang gibt es kein Dokument {strange[0]}.",
        )
    return [found[key] for key in ids]


def must_be_free(look: UnitOfWork, case: Case, given: object) -> None:
    """Forbidden for a file with a virus, Conflict for one that is still to be scanned."""
    for document in documents(look, case, given):
        filed.must_be_free(look, document)


def files(look: UnitOfWork, case: Case, given: object) -> tuple[Attachment, ...]:
    """With their bytes. Refuses as `must_be_free`."""
    must_be_free(look, case, given)
    return tuple(
        Attachment(document.name, document.media_type, look.store.read(document.digest))
        for document in documents(look, case, given)
    )


def _ids(given: object) -> list[int]:
    """Of numbers as processes have them; each once."""
    listed: Sequence[Any] = given if isinstance(given, list | tuple) else [] if given is None else [given]
    ids = []
    for each in listed:
        if isinstance(each, bool) or not isinstance(each, int | Decimal) or each != int(each):
            raise Invalid(
                f"Expected the numbers of documents to attach, but {each!r:.60} is none",
                [("attachments", "must be numbers of documents")],
                de="Als Anhang gelten nur Nummern von Dokumenten des Vorgangs.",
            )
        ids.append(int(each))
    return list(dict.fromkeys(ids))

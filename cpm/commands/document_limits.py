"""How much of files there may be: of one, of one message, of one case or customer."""

from collections.abc import Sequence

from sqlalchemy import func, select

from cpm.channels import Attachment
from cpm.document_settings import MEGABYTE
from cpm.errors import Invalid
from cpm.model import Case, Content, Customer, Document
from cpm.store import Blob
from cpm.uow import UnitOfWork


class TooLarge(Invalid):
    """More bytes than the installation takes."""

    status = 413


def must_fit(uow: UnitOfWork, owner: Case | Customer, blob: Blob) -> None:
    """TooLarge if the file, or all files of its case or customer with it, are more than the settings let."""
    limits = uow.settings.documents
    if blob.size > limits.file_limit:
        raise too_large(limits.file_limit)
    of = Document.case_id == owner.id if isinstance(owner, Case) else Document.customer_id == owner.id
    there = select(func.coalesce(func.sum(Content.size), 0)).join(Document, Document.digest == Content.digest)
    if int(uow.session.scalars(there.where(of)).one()) + blob.size > limits.case_limit:
        megabytes = limits.case_limit // MEGABYTE
        raise TooLarge(
            f"Expected all files here to have at most {megabytes} MB together, but with this one they have more",
            de=f"Alle Dateien hier zusammen dürfen höchstens {megabytes} MB haben; mit dieser wären es mehr.",
        )


def too_large(limit: int, name: str = "") -> TooLarge:
    """`name` tells which of several files."""
    megabytes = limit // MEGABYTE
    return TooLarge(
        f"Expected a file of at most {megabytes} MB, but {f'“{name}”' if name else 'it'} is larger",
        [("file", f"at most {megabytes} MB")],
        de=f"{f'„{name}“' if name else 'Die Datei'} darf höchstens {megabytes} MB haben.",
        problems_de=[("file", f"Höchstens {megabytes} MB.")],
    )


def of_message(
    uow: UnitOfWork, attachments: Sequence[Attachment]
) -> tuple[list[Attachment], list[Attachment]]:
    """Those that are kept, in order, and those with which the message would be too large."""
    kept: list[Attachment] = []
    refused: list[Attachment] = []
    room = uow.settings.documents.message_limit
    for each in attachments:
        fits = len(each.content) <= room
        (kept if fits else refused).append(each)
        room -= len(each.content) if fits else 0
    return kept, refused

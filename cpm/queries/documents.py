"""Files as lists and pages show them, and who may have which: the one check of an object for every door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import joinedload

from cpm import sniffing
from cpm.errors import Conflict, Forbidden, NotFound
from cpm.model import Case, Content, Customer, Document, Interaction, Scan
from cpm.model.document import chain
from cpm.queries import access, customers, one_case
from cpm.settings import Settings
from cpm.uow import UnitOfWork

MOST = 500  #: files of one list
_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_TEXTS = frozenset({"text/plain", "text/csv", "text/xml", "text/calendar", "text/vcard"})


@dataclass(frozen=True, slots=True)
class Version:
    id: int
    version: int
    bytes: int
    added: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    id: int
    name: str
    title: str | None
    note: str | None
    kind: str | None
    numbers: tuple[str, ...]
    aliases: tuple[str, ...]
    case: str | None  #: its number; None: of the customer alone
    type: str  #: what its bytes look like, else what the sender declared
    declared: str | None  #: if that is something else
    called: str | None  #: what its name says, if that is something else and the sender does not say it
    risk: str | None  #: program | macros
    bytes: int
    digest: str
    version: int
    current: bool
    earlier: tuple[Version, ...]  #: newest first
    message: str | None  #: the subject of the message it came with
    message_by: str | None
    added: datetime
    added_by: str
    scan: str
    held: bool  #: nobody may have it, or not yet
    shown: bool  #: to the customer, on the status page
    preview: str | None  #: image | pdf | text | mail, if a page can show it


@dataclass(frozen=True, slots=True)
class Removed:
    name: str
    at: datetime
    by: str
    why: str


def of_case(look: UnitOfWork, case_id: int) -> tuple[DocumentRow, ...]:
    """The newest version of each, the newest file first. Whether the reader may see the case was asked before."""
    filed = [row for row in files(look, case_id) if row[0].removed_at is None]
    return _told(look, filed[:MOST])


def of_customer(look: UnitOfWork, customer_id: int, *, api: bool = False) -> tuple[DocumentRow, ...]:
    """Those without a case, and those of the cases that the reader may see; of customers merged into this one, too."""
    return _rows(look, of_customers(look, customer_id, api=api))


def row(look: UnitOfWork, document: Document) -> DocumentRow:
    """Of one version, which need not be the newest."""
    content = look.get(Content, document.digest)
    said = look.session.get(Interaction, document.interaction_id) if document.interaction_id else None
    message = (said.subject, said.sender) if said is not None else (None, None)
    return _row(look, document, content, message, _earlier(look, [document]).get(chain(document), ()))


@dataclass(frozen=True, slots=True)
class Owner:
    case: str | None  #: its number
    customer_id: int
    name: str  #: the case's subject, or the customer


def owner(look: UnitOfWork, document: Document) -> Owner:
    if document.case is not None:
        return Owner(document.case.number, document.case.customer_id, document.case.subject)
    customer = look.get(Customer, document.customer_id or 0)
    return Owner(None, customer.id, customer.name)


def removed_of_case(look: UnitOfWork, case_id: int) -> tuple[Removed, ...]:
    gone = [
        Removed(each.name, each.removed_at, each.removed_by or "", each.removed_why or "")
        for each, *_ in files(look, case_id)
        if each.removed_at is not None
    ]
    return tuple(sorted(gone, key=lambda one: one.at, reverse=True)[:MOST])


def files(look: UnitOfWork, case_id: int) -> Sequence[Any]:
    """The newest version of each, removed ones too: with its content, and subject and sender of its message."""
    if not one_case.has(look, case_id, Document):
        return ()
    return one_case.once(
        look, files, case_id, lambda: look.session.execute(_OF_CASE, {"case": case_id}).all()
    )


def must_see(look: UnitOfWork, document_id: int, *, api: bool = False) -> Document:
    """The file; NotFound if it is not there, was removed, or is not theirs to see."""
    found = look.session.get(Document, document_id)
    if found is None or found.removed_at is not None or not _sees(look, found, api=api):
        raise not_found(document_id)
    return found


def not_found(document_id: int) -> NotFound:
    return NotFound(
        f"Expected to find document {document_id}, but there is none",
        de="Diese Datei gibt es nicht, oder Sie dürfen sie nicht sehen.",
    )


def must_be_free(look: UnitOfWork, document: Document) -> None:
    """Forbidden if it has a virus, Conflict if the scanner has not said yet and the house waits for that."""
    content = look.get(Content, document.digest)
    if content.scan == Scan.INFECTED:
        raise Forbidden(
            f"Expected to hand out document {document.id}, but it has a virus: {content.finding}",
            de="In dieser Datei steckt ein Virus. Sie ist gesperrt.",
        )
    if is_held(look.settings, content):
        raise Conflict(
            f"Expected to hand out document {document.id}, but it has not been scanned for viruses yet",
            de="Diese Datei ist noch nicht auf Viren geprüft. Bitte gleich noch einmal versuchen.",
        )


def is_held(settings: Settings, content: Content) -> bool:
    """Whether nobody may have it, or not yet."""
    waits = settings.documents.clamd is not None and settings.documents.unscanned == "hold"
    return content.scan == Scan.INFECTED or (waits and content.scan != Scan.CLEAN)


def preview(document: Document) -> str | None:
    """How a page can show it, judged by its bytes alone; what may run is never shown."""
    if document.risk is not None:
        return None
    match document.sniffed:
        case kind if kind in _IMAGES:
            return "image"
        case "application/pdf":
            return "pdf"
        case "message/rfc822":
            return "mail"
        case kind if kind in _TEXTS:
            return "text"
        case _:
            return None


def of_customers(look: UnitOfWork, customer_id: int, *, api: bool = False) -> ColumnElement[bool]:
    """The condition on documents; for who asks, as far as they may see the cases."""
    one = select(Customer.id).where((Customer.id == customer_id) | (Customer.merged_into_id == customer_id))
    cases = access.visible(look, select(Case.id).where(Case.customer_id.in_(one)), api=api)
    return Document.customer_id.in_(one) | Document.case_id.in_(cases)


def _sees(look: UnitOfWork, document: Document, *, api: bool) -> bool:
    if document.case is not None:
        return access.sees(look, document.case, api=api)
    try:
        customers.must_see(look, document.customer_id or 0, api=api)
    except NotFound:
        return False
    return True


def _rows(look: UnitOfWork, of: ColumnElement[bool]) -> tuple[DocumentRow, ...]:
    newest = _newest().where(of, Document.removed_at.is_(None)).limit(MOST)
    return _told(look, look.session.execute(newest).all())


def _newest() -> Select[*tuple[Any, ...]]:
    newest = select(Document, Content, Interaction.subject, Interaction.sender)
    newest = newest.join(Content, Content.digest == Document.digest)
    newest = newest.outerjoin(Interaction, Interaction.id == Document.interaction_id).where(Document.current)
    newest = newest.order_by(Document.added_at.desc(), Document.id.desc())
    return newest.options(joinedload(Document.case))


_OF_CASE = _newest().where(Document.case_id == bindparam("case"))


def _told(look: UnitOfWork, found: Sequence[Any]) -> tuple[DocumentRow, ...]:
    earlier = _earlier(look, [document for document, *_ in found if document.version > 1])
    return tuple(
        _row(look, document, content, (subject, sender), earlier.get(chain(document), ()))
        for document, content, subject, sender in found
    )


def _earlier(look: UnitOfWork, documents: Sequence[Document]) -> dict[int, tuple[Version, ...]]:
    if not documents:
        return {}
    firsts = [chain(each) for each in documents]
    query = select(Document, Content.size).join(Content, Content.digest == Document.digest)
    query = query.where(Document.id.in_(firsts) | Document.first_id.in_(firsts), ~Document.current)
    found: dict[int, tuple[Version, ...]] = {}
    for each, size in look.session.execute(query.order_by(Document.version.desc())):
        version = Version(each.id, each.version, size, each.added_at, each.added_by)
        found[chain(each)] = (*found.get(chain(each), ()), version)
    return found


def _row(
    look: UnitOfWork, document: Document, content: Content, message: Any, earlier: tuple[Version, ...]
) -> DocumentRow:
    differs = sniffing.mismatch(document.media_type, document.sniffed)
    return DocumentRow(
        id=document.id,
        name=document.name,
        title=document.title,
        note=document.note,
        kind=document.kind,
        numbers=tuple(document.numbers),
        aliases=tuple(document.aliases),
        case=document.case.number if document.case is not None else None,
        type=document.sniffed or document.media_type,
        declared=document.media_type if differs else None,
        called=None if differs else sniffing.called(document.name, document.sniffed),
        risk=document.risk.value if document.risk is not None else None,
        bytes=content.size,
        digest=document.digest,
        version=document.version,
        current=document.current,
        earlier=earlier,
        message=message[0],
        message_by=message[1],
        added=document.added_at,
        added_by=document.added_by,
        scan=content.scan.value,
        held=is_held(look.settings, content),
        shown=document.released_at is not None,
        preview=None if is_held(look.settings, content) else preview(document),
    )

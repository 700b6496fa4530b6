"""Files of cases and customers: kept byte for byte, in versions, and read in one way. `document_changes` changes what is said of them."""

from collections.abc import Sequence
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from cpm import sniffing
from cpm.channels import Attachment
from cpm.commands import checks, document_journal, document_limits, policies
from cpm.document_names import another, file_name, split, with_ending
from cpm.errors import Conflict
from cpm.model import (
    Case,
    Content,
    Customer,
    Document,
    Incident,
    Interaction,
    Job,
    JobKind,
    JobState,
    Risk,
    Scan,
)
from cpm.model.document import chain
from cpm.store import Blob
from cpm.uow import UnitOfWork

__all__ = ["add", "add_once", "attach", "attach_all", "content", "file_name", "new_version", "scan"]
SCANS = "scans"  #: the queue of contents that wait for the virus scanner
_TRIES = 1_000_000  # a scanner that is down is asked again until it is up


def attach(
    uow: UnitOfWork,
    case: Case | None,
    attachment: Attachment,
    *,
    interaction: Interaction | None = None,
    incident: Incident | None = None,
    customer: Customer | None = None,
    kind: str | None = None,
    name: str | None = None,
    version_of: Document | None = None,
) -> Document:
    """Keep what came or was made here on the case, or on a customer without one; nobody is asked and nothing refused.

    Its name and type are what the sender claims.
    """
    blob = Blob.of(attachment.content)
    made = _made(uow, blob, name or attachment.name, attachment.media_type, kind=kind)
    made.case_id = case.id if case is not None else None
    made.customer_id = customer.id if customer is not None and case is None else None
    made.interaction_id = interaction.id if interaction is not None else None
    made.incident_id = incident.id if incident is not None else None
    if version_of is not None:
        _follow(uow, made, version_of)
    uow.session.add(made)
    tell = document_journal.added if version_of is None else document_journal.versioned
    tell(uow, made, blob.size)
    return made


def attach_all(
    uow: UnitOfWork, case: Case, attachments: Sequence[Attachment], *, interaction: Interaction
) -> list[Document]:
    """The files of one message; those that make it too large are told of, and stay in the message as it came.

    Their bytes are put in the order of their digests: two messages with the same ones do not wait for each other.
    """
    kept, refused = document_limits.of_message(uow, attachments)
    for blob in sorted((Blob.of(each.content) for each in kept), key=lambda blob: blob.digest):
        uow.store.put(blob, now=uow.now)
    for each in refused:
        uow.record(case, "document.refused", name=each.name, bytes=len(each.content))
    return [attach(uow, case, each, interaction=interaction) for each in kept]


def add(
    uow: UnitOfWork,
    owner: Case | Customer,
    stream: BinaryIO | Blob,
    *,
    name: str,
    media_type: str,
    kind: str | None = None,
    title: str | None = None,
    note: str | None = None,
) -> Document:
    """What a person or a program brings; Invalid if it is too large or has no name. A case is to be locked already."""
    uow.user()
    blob = stream if isinstance(stream, Blob) else Blob.of(stream)
    document_limits.must_fit(uow, owner, blob)
    made = _made(uow, blob, _named(name), media_type, kind=checks.optional("kind", kind, 40))
    made.title, made.note = checks.optional("title", title, 200), checks.optional("note", note, 2000)
    if isinstance(owner, Case):
        policies.check(uow, owner, "document")
        made.case_id = owner.id
    else:
        made.customer_id = owner.id
    uow.session.add(made)
    document_journal.added(uow, made, blob.size)
    return made


def add_once(uow: UnitOfWork, case: Case, blob: Blob, *, name: str, media_type: str) -> Document:
    """As `add`; a page that is sent again brings no second file of the same name and bytes."""
    there = (Document.case_id == case.id, Document.digest == blob.digest, Document.name == _named(name))
    query = select(Document).where(*there, Document.current, Document.removed_at.is_(None))
    found = uow.session.scalars(query.order_by(Document.id).limit(1)).one_or_none()
    return found or add(uow, case, blob, name=name, media_type=media_type)


def new_version(
    uow: UnitOfWork, document: Document, stream: BinaryIO | Blob, *, name: str, media_type: str
) -> Document:
    """It takes the place of the one before, which stays; Conflict if that is not the newest any more."""
    uow.user()
    if document.case_id is not None:
        policies.check(uow, uow.case(document.case_id), "document")
    blob = stream if isinstance(stream, Blob) else Blob.of(stream)
    document_limits.must_fit(uow, _owner(uow, document), blob)
    made = _made(uow, blob, _as_before(document.name, _named(name)), media_type, kind=document.kind)
    made.case_id, made.customer_id = document.case_id, document.customer_id
    _follow(uow, made, document)
    uow.session.add(made)
    document_journal.versioned(uow, made, blob.size)
    return made


def content(look: UnitOfWork, document: Document) -> bytes:
    """All of it, compared with its digest. What may be large is better read by `look.store.pieces`."""
    return look.store.read(document.digest)


def scan(uow: UnitOfWork, digest: str) -> None:
    """Have the content looked at for viruses; once, however many files have it."""
    job = {
        "kind": JobKind.SCAN,
        "queue": SCANS,
        "key": f"scan/{digest}",
        "state": JobState.READY,
        "run_at": uow.now,
        "retries": _TRIES,
        "payload": {"digest": digest},
    }
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    uow.session.execute(dialect.insert(Job).values(job).on_conflict_do_nothing(index_elements=["key"]))


def _made(uow: UnitOfWork, blob: Blob, name: str, media_type: str, *, kind: str | None) -> Document:
    kept: Content = uow.store.put(blob, now=uow.now)
    if uow.settings.documents.clamd and kept.scan != Scan.CLEAN:
        scan(uow, blob.digest)
    found = sniffing.look(blob.stream, name)
    return Document(
        name=name,
        aliases=[],
        kind=kind,
        numbers=[],
        media_type=media_type[:200],
        sniffed=found.sniffed,
        risk=Risk(found.risk) if found.risk else None,
        digest=blob.digest,
        version=1,
        current=True,
        added_at=uow.now,
        added_by=uow.actor,
    )


def _follow(uow: UnitOfWork, made: Document, before: Document) -> None:
    """As the next version. The first of a file is locked, so that two that bring the next one at once are told."""
    first = chain(before)
    uow.session.flush()
    uow.session.scalars(select(Document).where(Document.id == first).with_for_update()).one()
    uow.session.refresh(before)
    if not before.current or before.removed_at is not None:
        raise Conflict(
            f"Expected to replace the newest version of document {first}, but there is a newer one, or it was removed",
            de="Inzwischen gibt es eine neuere Fassung, oder die Datei wurde entfernt.",
        )
    before.current = False
    made.first_id, made.version = first, before.version + 1
    made.numbers, made.title, made.note = list(before.numbers), before.title, before.note
    made.aliases = list(before.aliases)
    uow.session.flush()


def _owner(uow: UnitOfWork, document: Document) -> Case | Customer:
    return (
        uow.get(Case, document.case_id) if document.case_id else uow.get(Customer, document.customer_id or 0)
    )


def _named(name: str) -> str:
    """What a browser or a program calls it: a name, and nothing of the folders it lay in."""
    return with_ending(name.replace("\\", "/").rpartition("/")[2])


def _as_before(before: str, name: str) -> str:
    """The file is called as before, with the ending that it has now."""
    return before if split(before)[1].lower() == split(name)[1].lower() else split(before)[0] + split(name)[1]


def unique(uow: UnitOfWork, name: str, document: Document) -> str:
    """The name, or with a number if another file of the same case or customer has it."""
    beside = (
        Document.case_id == document.case_id
        if document.case_id
        else Document.customer_id == document.customer_id
    )
    others = select(Document.name).where(
        beside, Document.id != document.id, Document.current, Document.removed_at.is_(None)
    )
    return another(name, uow.session.scalars(others).all())

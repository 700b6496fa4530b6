"""What is said of a file: its name, its kind, its numbers; and that it is removed. Its bytes never change."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from cpm.commands import checks, document_journal, policies
from cpm.commands.documents import unique
from cpm.document_names import KINDS, file_name, number_word, split, with_ending
from cpm.errors import Conflict, Invalid
from cpm.model import Case, Customer, Document
from cpm.model.document import chain
from cpm.queries.document_folders import filed_under
from cpm.queries.documents import must_be_free
from cpm.uow import UnitOfWork

_MOST_NUMBERS = 20


def change(
    uow: UnitOfWork,
    document: Document,
    *,
    name: str | None = None,
    kind: str | None = None,
    numbers: Sequence[str] | None = None,
    title: str | None = None,
    note: str | None = None,
) -> Document:
    """Change what is given; the others stay, and the empty string takes away. With a kind of the house and a number, it
    is named by the convention, unless a name is given, too.
    """
    _may(uow, document)
    before = document.name
    if kind is not None:
        document.kind = checks.optional("kind", kind, 40)
    if numbers is not None:
        document.numbers = _numbers(document.kind, numbers)
    if title is not None:
        document.title = checks.optional("title", title, 200)
    if note is not None:
        document.note = checks.optional("note", note, 2000)
    if name is not None and name.strip() != before:
        rename(uow, document, _typed(name, before))
    elif (kind is not None or numbers is not None) and document.kind in KINDS and document.numbers:
        rename(uow, document, conventional(uow, document))
    elif kind is not None or numbers is not None or title is not None or note is not None:
        document_journal.described(uow, document)
    return document


def add_number(uow: UnitOfWork, document: Document, number: str) -> Document:
    """`Re 000523`: the invoice to a confirmation exists, and the file is called by both from now on. Twice changes nothing."""
    if number_word(document.kind, number) in document.numbers:
        return document
    return change(uow, document, numbers=[*document.numbers, number])


def rename(uow: UnitOfWork, document: Document, name: str) -> None:
    """The old name stays as an alias, by which the file is still found."""
    before, after = document.name, unique(uow, name, document)
    if after == before:
        return
    document.aliases = [*(each for each in document.aliases if each != after), before]
    document.name = after
    document_journal.renamed(uow, document, before)


def conventional(uow: UnitOfWork, document: Document) -> str:
    """What the house calls it; PROCESSES 3."""
    if document.case_id is not None:
        customer = uow.get(Case, document.case_id).customer
    else:
        customer = uow.get(Customer, document.customer_id or 0)
    return file_name(document.kind, filed_under(customer), document.numbers, ending=split(document.name)[1])


def release(uow: UnitOfWork, document: Document, *, shown: bool) -> Document:
    """Show this version to the case's customer on the status page, or take it back. What may do harm is never shown."""
    _may(uow, document)
    if shown and (document.case_id is None or document.risk is not None):
        raise Conflict(
            f"Expected to show document {document.id} to the customer, but it belongs to no case or may do harm",
            de="Diese Datei lässt sich dem Kunden nicht zeigen: Sie gehört zu keinem Vorgang oder kann Schaden anrichten.",
        )
    if shown:
        must_be_free(uow, document)
    if shown != (document.released_at is not None):
        document.released_at = uow.now if shown else None
        document_journal.released(uow, document, shown=shown)
    return document


def remove(uow: UnitOfWork, document: Document, why: str) -> Document:
    """With all its versions, from lists and pages; its bytes and its story stay."""
    _may(uow, document)
    if not (why := why.strip()):
        raise Invalid(
            "Expected a reason why the file is removed, but there is none",
            [("why", "Please give a reason.")],
            de="Bitte angeben, warum die Datei entfernt wird.",
            problems_de=[("why", "Bitte einen Grund angeben.")],
        )
    checks.plain_text("why", why)
    for each in uow.session.scalars(select(Document).where(_versions(document))):
        each.removed_at, each.removed_by, each.removed_why = uow.now, uow.actor, why
    document_journal.removed(uow, document, why)
    return document


def _versions(document: Document) -> Any:
    first = chain(document)
    return (Document.id == first) | (Document.first_id == first)


def _may(uow: UnitOfWork, document: Document) -> None:
    uow.user()
    if document.case_id is not None:
        policies.check(uow, uow.case(document.case_id), "document")
    uow.session.refresh(document, with_for_update=True)
    if document.removed_at is not None or not document.current:
        raise Conflict(
            f"Expected to change the newest version of document {document.id}, but there is a newer one, or it was removed",
            de="Inzwischen gibt es eine neuere Fassung, oder die Datei wurde entfernt.",
        )


def _numbers(kind: str | None, numbers: Sequence[str]) -> list[str]:
    found = [number_word(kind, each) for each in numbers if each.strip()]
    if len(found) > _MOST_NUMBERS:
        raise Invalid(
            f"Expected at most {_MOST_NUMBERS} numbers, but there are {len(found)}",
            [("numbers", "too many")],
            de=f"Höchstens {_MOST_NUMBERS} Nummern.",
        )
    return list(dict.fromkeys(found))


def _typed(name: str, before: str) -> str:
    """What somebody typed, with the ending that the file had: that says what opens it."""
    if not name.strip():
        raise Invalid(
            "Expected a name for the file, but it is empty",
            [("name", "Please give a name.")],
            de="Die Datei braucht einen Namen.",
            problems_de=[("name", "Bitte einen Namen angeben.")],
        )
    ending = split(before)[1]
    name = name if not ending or name.lower().endswith(ending.lower()) else name + ending
    return with_ending(name)

"""One file: what is known of it, how it looks, its versions; and its bytes, as a file or within the page."""

from dataclasses import dataclass

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from cpm.channels import Unreadable, email
from cpm.document_names import KINDS
from cpm.errors import CpmError, Invalid, NotFound
from cpm.model import Document
from cpm.queries import documents, people
from cpm.queries.documents import DocumentRow
from cpm.sniffing import text as texts
from cpm.uow import UnitOfWork
from web import access, files
from web.agent.blueprint import READERS, blueprint
from web.headers import POLICY
from web.here import engine
from web.language import language
from web.visitor import visitor

_LONGEST = 100_000  #: characters of a text that a page shows
_LARGEST_TEXT = 8 << 20  #: bytes of a file that is read to show its text
#: Nothing in it loads, runs or sends anything, and it counts as another site's.
SANDBOX = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox; frame-ancestors 'self'"
)
#: Chromium's viewer works in a sandbox, too; it draws in a process and an origin of its own.
PDF = "default-src 'none'; object-src 'self'; sandbox; frame-ancestors 'self'"


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as text: what a mail says of itself comes first."""

    text: str
    cut: bool
    about: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()


@blueprint.get("/documents/<int:document_id>")
@access.granted(*READERS)
def one_document(document_id: int) -> ResponseReturnValue:
    return page(document_id)


@blueprint.get("/documents/<int:document_id>/file")
@access.granted(*READERS)
def document_file(document_id: int) -> ResponseReturnValue:
    """What may do harm is handed out only to who was warned: `sure=1` is the link beside the warning."""
    with engine().read(visitor().login) as look:
        found = documents.must_see(look, document_id)
        if found.risk is None or request.args.get("sure") == "1":
            return files.attached(look, found)
    return page(document_id, warned=True)


@blueprint.get("/documents/<int:document_id>/shown")
@access.granted(*READERS)
def document_shown(document_id: int) -> ResponseReturnValue:
    """Images and PDF, for the page that shows them; NotFound for all else."""
    with engine().read(visitor().login) as look:
        found = documents.must_see(look, document_id)
        kind = documents.preview(found)
        if kind not in {"image", "pdf"}:
            raise NotFound(f"Expected an image or a PDF, but document {document_id} is none")
        return files.shown(look, found, PDF if kind == "pdf" else SANDBOX)


def page(document_id: int, error: CpmError | None = None, *, warned: bool = False) -> Response:
    with engine().read(visitor().login) as look:
        found = documents.must_see(look, document_id)
        row = documents.row(look, found)
        shown = _as_text(look, found, row)
        owner = documents.owner(look, found)
        names = people.user_names(look)
    answer = Response(
        render_template(
            "agent/document.html",
            one=row,
            owner=owner,
            shown=shown,
            names=names,
            kinds=KINDS,
            warned=warned,
            error=error,
            problems=error.faults(language()) if isinstance(error, Invalid) else (),
            typed=request.form,
        )
    )
    answer.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'; object-src 'self'"
    return answer


def _as_text(look: UnitOfWork, found: Document, row: DocumentRow) -> Shown | None:
    if row.preview not in {"text", "mail"} or row.bytes > _LARGEST_TEXT:
        return None
    content = b"".join(look.store.checked(found.digest))
    if row.preview == "mail":
        return _mail(content)
    text = texts.readable(content) or ""
    return Shown(text[:_LONGEST], len(text) > _LONGEST)


def _mail(content: bytes) -> Shown | None:
    """Its head and its text; what is broken, people download."""
    try:
        read = email.parse(content)
    except Unreadable:
        return None
    about = (
        ("From", f"{read.sender_name} <{read.sender}>" if read.sender_name else read.sender),
        ("To", ", ".join(read.recipients)),
        ("Subject", read.subject),
    )
    text = read.full_text
    return Shown(text[:_LONGEST], len(text) > _LONGEST, about, tuple(each.name for each in read.attachments))

"""Files that people bring: to a case, to a customer, as a new version."""

from typing import BinaryIO, cast

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from cpm import store
from cpm.commands import documents as commands
from cpm.commands.document_limits import too_large
from cpm.errors import CpmError, Invalid
from cpm.forms.messages import printable
from cpm.policies import PolicyRefusal
from cpm.queries import customers, documents
from cpm.store import Blob
from web import access, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see
from web.agent.documents.page import page
from web.headers import takes_up_to
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

MOST_FILES = 20  #: in one form
_AROUND = 1 << 20  #: bytes of a form around its files


def largest() -> int:
    """Bytes of a request: all of its files may be as large as one message's."""
    limits = engine().settings.documents
    return max(limits.file_limit, limits.message_limit) + _AROUND


@blueprint.post("/cases/<number>/documents")
@access.granted(*READERS)
@takes_up_to(largest)
def add_to_case(number: str) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        case_id = must_see(look, number)
    try:
        for file, blob in _brought():
            with engine().begin(visitor().login, assent.of_form()) as uow:
                case = uow.case(case_id)
                commands.add(uow, case, blob, name=_name(file), media_type=file.mimetype, kind=_kind())
    except CpmError as error:
        _told(error)
    else:
        flash(_("The file is filed."))
    return redirect(url_for("agent.case", number=number) + "#files", 303)


@blueprint.post("/customers/<int:customer_id>/documents")
@access.granted(*READERS)
@takes_up_to(largest)
def add_to_customer(customer_id: int) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        customers.must_see(look, customer_id)
    try:
        for file, blob in _brought():
            with engine().begin(visitor().login) as uow:
                customer = customers.must_see(uow, customer_id)
                commands.add(uow, customer, blob, name=_name(file), media_type=file.mimetype, kind=_kind())
    except CpmError as error:
        _told(error)
    else:
        flash(_("The file is filed."))
    return redirect(url_for("agent.customer", customer_id=customer_id) + "#files", 303)


@blueprint.post("/documents/<int:document_id>/versions")
@access.granted(*READERS)
@takes_up_to(largest)
def add_version(document_id: int) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        documents.must_see(look, document_id)
    try:
        [(file, blob), *_others] = _brought()
        with engine().begin(visitor().login, assent.of_form()) as uow:
            before = documents.must_see(uow, document_id)
            made = commands.new_version(uow, before, blob, name=_name(file), media_type=file.mimetype)
            uow.session.flush()
            newest = made.id
    except CpmError as error:
        if isinstance(error, PolicyRefusal) or error.status not in (409, 413, 422):
            raise
        answer = page(document_id, error)
        answer.status_code = error.status
        return answer
    flash(_("The new version is filed."))
    return redirect(url_for("agent.one_document", document_id=newest), 303)


def _brought() -> list[tuple[FileStorage, Blob]]:
    """Counted and hashed, and on the disk if that is where files lie, before any transaction begins."""
    limits = engine().settings.documents
    given = [each for each in request.files.getlist("files") if each.filename]
    if not given or len(given) > MOST_FILES:
        raise Invalid(
            f"Expected 1 to {MOST_FILES} files, but there are {len(given)}",
            [("files", "please choose a file")],
            de=f"Bitte 1 bis {MOST_FILES} Dateien auswählen.",
            problems_de=[("files", "Bitte eine Datei auswählen.")],
        )
    blobs = [Blob.of(cast("BinaryIO", each.stream)) for each in given]
    for each, blob in zip(given, blobs, strict=True):
        if blob.size > limits.file_limit:
            raise too_large(limits.file_limit, printable(_name(each)))
    for blob in blobs:
        store.ahead(limits, blob)
    return list(zip(given, blobs, strict=True))


def _name(file: FileStorage) -> str:
    return file.filename or ""


def _kind() -> str | None:
    return request.form.get("kind") or None


def _told(error: CpmError) -> None:
    """Back where they were, with the reason."""
    if isinstance(error, PolicyRefusal) or error.status not in (409, 413, 422):
        raise error
    flash(error.sentence(language()))

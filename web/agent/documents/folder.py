"""All files of a customer as the folder that the house would lay them out in: on the page, and as one zip."""

import shutil
import zipfile
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from cpm.errors import CpmError
from cpm.queries import document_folders, documents, people
from cpm.queries.document_folders import Filed
from cpm.store import PIECE
from cpm.uow import UnitOfWork
from web import access, files
from web.agent.blueprint import READERS, blueprint
from web.here import engine
from web.language import translate as _
from web.visitor import visitor


@blueprint.get("/customers/<int:customer_id>/documents.zip")
@access.granted(*READERS)
def customer_zip(customer_id: int) -> ResponseReturnValue:
    """What the reader may see and may have; at most as much as the files of one customer may be."""
    with engine().read(visitor().login) as look:
        document_folders.must_fit(look, customer_id)
        folder = document_folders.of_customer(look, customer_id)
        file = TemporaryFile()  # noqa: SIM115 - closed when it is sent
        try:
            left_out = _pack(look, folder.files, file)
        except BaseException:
            file.close()
            raise
    size = file.tell()
    file.seek(0)
    answer = Response(files.pieces(file), mimetype="application/zip")
    answer.call_on_close(file.close)
    answer.headers["Content-Length"] = str(size)
    answer.headers["Content-Disposition"] = files.disposition(f"{folder.name}.zip", attachment=True)
    answer.headers["X-Left-Out"] = str(left_out)
    return answer


@blueprint.app_context_processor
def for_pages() -> dict[str, object]:
    return {"documents_of_customer": documents_of_customer}


def documents_of_customer(customer_id: int) -> Markup:
    """For the customer's page, which includes `agent/documents_of_customer.html`."""
    with engine().read(visitor().login) as look:
        rows = documents.of_customer(look, customer_id)
        folder = document_folders.of_customer(look, customer_id)
        names = people.user_names(look)
    return Markup(  # noqa: S704 - it is a rendered template of ours
        render_template(
            "agent/documents_of_customer_panel.html",
            rows=rows,
            folder=folder,
            names=names,
            customer_id=customer_id,
        )
    )


def _pack(look: UnitOfWork, filed: tuple[Filed, ...], into: object) -> int:
    """How many were left out because nobody may have them, or they are damaged; the zip says which."""
    left_out: list[str] = []
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for each in filed:
            with SpooledTemporaryFile(max_size=PIECE) as whole:
                try:
                    _copy(look, each, whole)
                except CpmError:
                    left_out.append(each.path)
                    continue
                info = zipfile.ZipInfo(each.path, each.document.added_at.timetuple()[:6])
                info.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(info, "w", force_zip64=True) as entry:
                    shutil.copyfileobj(whole, entry, PIECE)
        if left_out:
            archive.writestr(_("Left out.txt"), "\r\n".join(left_out))
    return len(left_out)


def _copy(look: UnitOfWork, each: Filed, into: IO[bytes]) -> None:
    """All of it, or an error: one that is damaged does not keep the others back."""
    documents.must_be_free(look, each.document)
    for piece in look.store.checked(each.document.digest):
        into.write(piece)
    into.seek(0)

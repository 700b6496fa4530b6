"""Files that come with a step's form: kept on its case before anything else is asked, so that nobody chooses them twice."""

from typing import BinaryIO, cast

from flask import g, request
from werkzeug.datastructures import FileStorage, MultiDict

from cpm import store
from cpm.commands import documents
from cpm.commands.document_limits import too_large
from cpm.errors import Invalid
from cpm.queries import task as one
from cpm.store import Blob
from web import assent
from web.agent.guided.page import must_see
from web.forms.files import FILE, brought
from web.forms.rows import paths
from web.here import engine
from web.visitor import visitor


def bring(number: str, task_id: int) -> None:
    """From here on `entered` names each by its number. Invalid names the field whose file is too large."""
    if not any(name.startswith(FILE) for name in request.files):
        return
    with engine().read(visitor().login) as look:
        task = must_see(look, number, task_id)
        form, case_id = one.form_of(look, task), task.case_id
    if form is None:
        return
    g.entered = MultiDict(request.form)
    for name, file in brought(form, request.files):
        g.entered.add(name, str(_kept(case_id, name, file)))


def _kept(case_id: int, name: str, file: FileStorage) -> int:
    blob, limits = Blob.of(cast("BinaryIO", file.stream)), engine().settings.documents
    try:
        if blob.size > limits.file_limit:
            raise too_large(limits.file_limit)
        store.ahead(limits, blob)
        with engine().begin(visitor().login, assent.of_form()) as uow:
            filed = {"name": file.filename or "", "media_type": file.mimetype}
            made = documents.add_once(uow, uow.case(case_id), blob, **filed)
            uow.session.flush()
            return made.id
    except Invalid as refused:
        raise _at(name, refused) from refused


def _at(name: str, refused: Invalid) -> Invalid:
    """The same, said at the field."""
    path = next(paths([name], request.form), name)
    said = refused.sentence("en")
    told = [(path, refused.sentence("de"))]
    return Invalid(said, [(path, said)], de=refused.sentence("de"), problems_de=told)

"""Files that come with a step's form: kept on its case before anything else is asked, so that nobody chooses them twice."""

from typing import BinaryIO, cast

from flask import g, request
from werkzeug.datastructures import FileStorage, MultiDict

from cpm import store
from cpm.commands import documents
from cpm.commands.document_limits import too_large
from cpm.errors import Invalid
from cpm.forms.field import Field
from cpm.forms.files import Filed, chosen
from cpm.forms.messages import Misfit, printable
from cpm.queries import task as one
from cpm.store import Blob
from web import assent
from web.agent.guided.page import must_see
from web.forms.files import FILE, brought
from web.forms.rows import paths
from web.here import engine
from web.visitor import visitor


def bring(number: str, task_id: int) -> None:
    """From here on `entered` names each by its number. Invalid names the fields whose files are too large, or of a kind that
    they do not take: such a file is kept nowhere, and nobody has to take it away again.
    """
    if not any(name.startswith(FILE) for name in request.files):
        return
    with engine().read(visitor().login) as look:
        task = must_see(look, number, task_id)
        form, case_id = one.form_of(look, task), task.case_id
    if form is None:
        return
    g.entered = MultiDict(request.form)
    problems: list[tuple[str, Invalid]] = []
    for name, file, field in brought(form, request.files):
        try:
            g.entered.add(name, str(_kept(case_id, field, file)))
        except Invalid as refused:
            problems.append((name, refused))
    if problems:
        raise _at_their_fields(problems)


def brought_now() -> list[tuple[str, str]]:
    """What `bring` kept of this request: the name that the field posts under, and the file's number."""
    if "entered" not in g:
        return []
    return [
        (name, number)
        for name, numbers in g.entered.lists()
        for number in numbers[len(request.form.getlist(name)) :]
    ]


def _kept(case_id: int, field: Field, file: FileStorage) -> int:
    blob, limits = Blob.of(cast("BinaryIO", file.stream)), engine().settings.documents
    name = printable(file.filename or "")
    if not blob.size:
        raise Invalid(f"Expected “{name}” to hold something, but it is empty", de=f"„{name}“ ist leer.")
    if blob.size > limits.file_limit:
        raise too_large(limits.file_limit, name)
    store.ahead(limits, blob)
    with engine().begin(visitor().login, assent.of_form()) as uow:
        filed = {"name": file.filename or "", "media_type": file.mimetype}
        made = documents.add_once(uow, uow.case(case_id), blob, **filed)
        uow.session.flush()
        _must_fit(field, Filed(str(made.id), made.name, made.sniffed or made.media_type))
        return made.id


def _must_fit(field: Field, filed: Filed) -> None:
    try:
        chosen([filed.number], {filed.number: filed}, field.files.accept if field.files else ())
    except Misfit as misfit:
        english, german = (misfit.sentence(field.label(one), one) for one in ("en", "de"))
        raise Invalid(english, de=german) from misfit


def _at_their_fields(problems: list[tuple[str, Invalid]]) -> Invalid:
    """The same, each said at its field."""
    first = problems[0][1]
    at = [(next(paths([name], request.form), name), refused) for name, refused in problems]
    english, german = (
        [(path, refused.sentence(language)) for path, refused in at] for language in ("en", "de")
    )
    return Invalid(first.sentence("en"), english, de=first.sentence("de"), problems_de=german)

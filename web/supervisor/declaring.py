"""Say that a step does not fit: it is held, and somebody settles the special case."""

import mimetypes
from collections.abc import Iterator

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.channels import Attachment
from cpm.commands import incidents
from cpm.errors import Conflict, CpmError, Invalid
from cpm.model import Role, TaskState
from cpm.policies import PolicyRefusal
from cpm.queries import access as sight
from cpm.queries import incidents as incidents_of
from cpm.queries import task as tasks
from web import access, assent, headers
from web.here import engine
from web.language import language
from web.language import translate as _
from web.supervisor.blueprint import blueprint
from web.visitor import visitor

_LARGEST = 20 * 1024 * 1024
_LONGEST_NAME = 200


@blueprint.get("/of-task/<int:task_id>")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def special_case(task_id: int) -> ResponseReturnValue:
    return _form(task_id)


@blueprint.post("/of-task/<int:task_id>")
@access.granted(Role.AGENT, Role.SUPERVISOR)
@headers.takes_up_to(_LARGEST)
def declare(task_id: int) -> ResponseReturnValue:
    kind, note = request.form.get("kind", ""), request.form.get("note", "")
    files = list(_files())
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            sight.must_see_task(uow, task_id)
            made = incidents.declare(uow, task_id, kind=kind, note=note, attachments=files)
            number = made.id
    except (Invalid, Conflict, PolicyRefusal) as error:
        return _form(task_id, error, kind=kind, note=note), error.status
    flash(_("The special case is reported; the task waits until it is settled."))
    return redirect(url_for("supervisor.incident", incident_id=number), 303)


def _form(task_id: int, error: CpmError | None = None, **typed: str) -> str:
    with engine().read(visitor().login) as look:
        held = sight.must_see_task(look, task_id).state == TaskState.HELD
        reported = incidents_of.holding(look, task_id) if held else None
        view = tasks.view(look, task_id, language())
    problems = error.faults(language()) if isinstance(error, Invalid) else ()
    return render_template(
        "supervisor/special_case.html",
        view=view,
        reported=reported,
        error=error,
        problems=problems,
        typed=typed,
    )


def _files() -> Iterator[Attachment]:
    """The browser's word for their kind is not asked: the name's ending is as good, and needs no belief."""
    for file in request.files.getlist("files"):
        name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
        if name := "".join(sign for sign in name if sign.isprintable())[-_LONGEST_NAME:]:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            yield Attachment(name=name, media_type=kind, content=file.read())

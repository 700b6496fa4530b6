"""What people do to a file: call it otherwise, say what it is, take it away."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import document_changes
from cpm.errors import CpmError
from cpm.model import Document
from cpm.policies import PolicyRefusal
from cpm.queries import documents
from cpm.uow import UnitOfWork
from web import access, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.documents.page import page
from web.here import engine
from web.language import translate as _
from web.visitor import visitor


@blueprint.post("/documents/<int:document_id>")
@access.granted(*READERS)
def change_document(document_id: int) -> ResponseReturnValue:
    form = request.form
    numbers = form.get("numbers")

    def change(uow: UnitOfWork, found: Document) -> None:
        before = found.name
        document_changes.change(
            uow,
            found,
            name=form.get("name") if form.get("name") != before else None,
            kind=_changed(form.get("kind"), found.kind or ""),
            numbers=_changed_numbers(numbers, found.numbers),
            title=_changed(form.get("title"), found.title or ""),
            note=_changed(form.get("note"), found.note or ""),
        )

    return _done(document_id, change, _("Saved."))


@blueprint.post("/documents/<int:document_id>/release")
@access.granted(*READERS)
def release_document(document_id: int) -> ResponseReturnValue:
    shown = request.form.get("shown") == "yes"
    done = (
        _("The customer sees this file now.") if shown else _("The customer does not see this file any more.")
    )
    return _done(document_id, lambda uow, found: document_changes.release(uow, found, shown=shown), done)


@blueprint.post("/documents/<int:document_id>/remove")
@access.granted(*READERS)
def remove_document(document_id: int) -> ResponseReturnValue:
    why = request.form.get("why", "")
    with engine().read(visitor().login) as look:
        owner = documents.owner(look, documents.must_see(look, document_id))
    back = (
        url_for("agent.case", number=owner.case)
        if owner.case
        else url_for("agent.customer", customer_id=owner.customer_id)
    )
    return _done(
        document_id,
        lambda uow, found: document_changes.remove(uow, found, why),
        _("The file is removed."),
        back,
    )


def _done(
    document_id: int,
    act: Callable[[UnitOfWork, Document], object],
    done: str,
    back: str | None = None,
) -> ResponseReturnValue:
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            act(uow, documents.must_see(uow, document_id))
    except CpmError as error:
        if isinstance(error, PolicyRefusal) or error.status not in (409, 422):
            raise
        answer = page(document_id, error)
        answer.status_code = error.status
        return answer
    flash(done)
    return redirect(back or url_for("agent.one_document", document_id=document_id), 303)


def _changed(typed: str | None, before: str) -> str | None:
    return None if typed is None or typed.strip() == before else typed.strip()


def _changed_numbers(typed: str | None, before: list[str]) -> list[str] | None:
    if typed is None or (numbers := [each.strip() for each in typed.split(",") if each.strip()]) == before:
        return None
    return numbers

"""Lists of cases by what they are about, and the lists that people keep."""

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import saved_views
from cpm.errors import CpmError
from cpm.model import SavedView
from cpm.uow import UnitOfWork
from web import access
from web.agent import kept_views, list_page
from web.agent.blueprint import READERS, blueprint
from web.agent.list_address import Asked, address, asked
from web.here import engine
from web.language import translate as _
from web.visitor import visitor

_ONE = f"<int(max={2**31 - 1}):view_id>"


@blueprint.get("/cases")
@access.granted(*READERS)
def cases() -> ResponseReturnValue:
    """What was typed leads to the address that says it in every language."""
    said = asked()
    with engine().read(visitor().login) as look:
        page = list_page.read(look, said)
    if page.found is None and not page.words:
        return redirect(address(page.search, view=said.view, size=said.size), 303)
    return list_page.rendered(page), 422 if page.words else 200


@blueprint.post("/cases/views")
@access.granted(*READERS)
def keep_list() -> ResponseReturnValue:
    return _kept(
        lambda uow: saved_views.create(uow, kept_views.name(), kept_views.search(), share=kept_views.share()),
        _("The list is kept."),
    )


@blueprint.post(f"/cases/views/{_ONE}")
@access.granted(*READERS)
def change_list(view_id: int) -> ResponseReturnValue:
    return _kept(
        lambda uow: saved_views.change(
            uow,
            view_id,
            name=kept_views.name(),
            search=kept_views.search(),
            share=kept_views.share_now(),
        ),
        _("The list is changed."),
        str(view_id),
    )


@blueprint.post(f"/cases/views/{_ONE}/remove")
@access.granted(*READERS)
def remove_list(view_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        saved_views.remove(uow, view_id)
    flash(_("The list is removed; its cases stay."))
    return redirect(url_for("agent.cases"), 303)


def _kept(keep: Callable[[UnitOfWork], SavedView], done: str, view: str | None = None) -> ResponseReturnValue:
    def again(error: CpmError) -> str:
        with engine().read(visitor().login) as look:
            page = list_page.read(look, Asked(kept_views.search(), view))
        return list_page.rendered(page, error, kept_views.name())

    return kept_views.kept(
        keep, done, leads_to=lambda number: url_for("agent.cases", view=number), again=again
    )

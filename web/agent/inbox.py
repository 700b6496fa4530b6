"""The inbox: its views with counts, those that people keep, filters, and the next task."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import next_task
from cpm.commands import saved_views as keeping
from cpm.errors import CpmError
from cpm.model import SavedView, TaskKind
from cpm.queries import inbox as waiting
from cpm.queries import saved_views
from cpm.queries.inbox_views import View
from cpm.uow import UnitOfWork
from web import access
from web.agent import inbox_page, kept_views
from web.agent.blueprint import READERS, blueprint
from web.agent.inbox_address import Asked, address, asked, view_of
from web.here import engine
from web.language import translate as _
from web.live import news
from web.visitor import reading, visitor

_ONE = f"<int(max={2**31 - 1}):view_id>"


@blueprint.get("/inbox")
@access.granted(*READERS)
def inbox() -> ResponseReturnValue:
    with reading() as look:
        page = inbox_page.read(look)
    return inbox_page.rendered(page)


@blueprint.get("/inbox/new")
@access.granted(*READERS)
def inbox_news() -> ResponseReturnValue:
    """For a page that heard of tasks: which of them it would show, had it been made now."""
    with reading() as look:
        at = asked(saved_views.of_inbox(look))
        return news.pill(lambda ids: waiting.among(look, at.view, ids, search=at.search), address(at))


@blueprint.get("/inbox/counts")
@access.granted(*READERS)
def inbox_counts() -> ResponseReturnValue:
    """For a page that heard of tasks: the counts beside its views, by their word or number."""
    with reading() as look:
        known = saved_views.of_inbox(look)
        views, kept = waiting.counts(look, known, asked(known).view)
    return {str(name): str(count) for name, count in (*views.items(), *kept.items())}


@blueprint.post("/inbox/next")
@access.granted(*READERS)
def take_next() -> ResponseReturnValue:
    """The server decides which: the most urgent that this person may do."""
    with engine().begin(visitor().login) as uow:
        task = next_task.take_next(uow)
        number = None if task is None else task.case.number
        again = task is not None and next_task.gave_back(uow, task)
        begun = [] if task else [(one.case.number, one.id, one.kind) for one in next_task.begun(uow, 2)]
    if task is None:
        return _nothing_new(begun)
    if again:
        flash(_("Nothing else is there: this is what you gave back."))
    return redirect(url_for("agent.task", number=number, task_id=task.id), 303)


def _nothing_new(begun: Sequence[tuple[str, int, TaskKind]]) -> ResponseReturnValue:
    """To what they have begun, if they have."""
    match begun:
        case []:
            flash(_("There is nothing to take at the moment."))
            return redirect(url_for("agent.inbox", view=View.TEAM.value), 303)
        case [(number, task_id, kind)] if kind != TaskKind.INCIDENT:
            flash(_("There is nothing new to take. This is what you have begun."))
            return redirect(url_for("agent.task", number=number, task_id=task_id), 303)
        case _:
            flash(_("There is nothing new to take. This is what you have begun."))
            return redirect(url_for("agent.inbox", view=View.MINE.value), 303)


@blueprint.post("/inbox/views")
@access.granted(*READERS)
def keep_view() -> ResponseReturnValue:
    return _kept(
        lambda uow: keeping.create(
            uow, kept_views.name(), kept_views.search(), share=kept_views.share(), inbox=_view()
        ),
        _("The view is kept."),
    )


@blueprint.post(f"/inbox/views/{_ONE}")
@access.granted(*READERS)
def change_view(view_id: int) -> ResponseReturnValue:
    return _kept(
        lambda uow: keeping.change(
            uow,
            view_id,
            name=kept_views.name(),
            search=kept_views.search(),
            share=kept_views.share_now(),
            inbox=_view(),
        ),
        _("The view is changed."),
        view_id,
    )


@blueprint.post(f"/inbox/views/{_ONE}/remove")
@access.granted(*READERS)
def remove_view(view_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        keeping.remove(uow, view_id)
    flash(_("The view is removed; what it showed stays."))
    return redirect(url_for("agent.inbox"), 303)


def _kept(
    keep: Callable[[UnitOfWork], SavedView], done: str, began: int | None = None
) -> ResponseReturnValue:
    def again(error: CpmError) -> str:
        with reading() as look:
            line = next((one for one in saved_views.of_inbox(look) if one.id == began), None)
            page = inbox_page.read(look, Asked(_view(), kept_views.search(), line))
        return inbox_page.rendered(page, error, kept_views.name())

    return kept_views.kept(
        keep, done, leads_to=lambda number: url_for("agent.inbox", saved=number), again=again
    )


def _view() -> View:
    return view_of(request.form.get("view", ""))

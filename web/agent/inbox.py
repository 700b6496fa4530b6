"""The inbox: saved views with counts, a filter, and the next task."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import next_task
from cpm.errors import NotFound
from cpm.queries import closed_lately
from cpm.queries import inbox as waiting
from cpm.queries.inbox import View
from web import access
from web.agent import fortnight
from web.agent.blueprint import READERS, blueprint, page_number
from web.here import engine
from web.language import language
from web.language import translate as _
from web.live import news
from web.visitor import visitor

#: English words of the views; shown translated.
VIEWS = {
    View.MINE: "Mine",
    View.TEAM: "To take",
    View.DUE_TODAY: "Due today",
    View.WAITING: "Waiting for the customer",
    View.PARKED: "Parked",
    View.EVERYBODY: "Everybody's",
}


@blueprint.get("/inbox")
@access.granted(*READERS)
def inbox() -> ResponseReturnValue:
    view, sought = _view(request.args.get("view", View.MINE)), request.args.get("q", "").strip()[:200]
    with engine().read(visitor().login) as look:
        shown = waiting.inbox(look, view, page=page_number(), sought=sought, language=language())
        drawn = fortnight.strip(closed_lately.lately(look))

    def address(page: int = 1) -> str:
        return url_for("agent.inbox", view=view.value, q=sought or None, page=page)

    return render_template(
        "agent/inbox.html", inbox=shown, sought=sought, names=VIEWS, address=address, fortnight=drawn
    )


@blueprint.get("/inbox/new")
@access.granted(*READERS)
def inbox_news() -> ResponseReturnValue:
    """For a page that heard of tasks: which of them it would show, had it been made now."""
    view, sought = _view(request.args.get("view", View.MINE)), request.args.get("q", "").strip()[:200]
    address = url_for("agent.inbox", view=view.value, q=sought or None)
    with engine().read(visitor().login) as look:
        return news.pill(lambda ids: waiting.among(look, view, ids, sought=sought), address)


@blueprint.post("/inbox/next")
@access.granted(*READERS)
def take_next() -> ResponseReturnValue:
    """The server decides which: the most urgent that this person may do."""
    with engine().begin(visitor().login) as uow:
        task = next_task.take_next(uow)
        number = None if task is None else task.case.number
    if task is None:
        flash(_("There is nothing to take at the moment."))
        return redirect(url_for("agent.inbox", view=View.TEAM.value), 303)
    return redirect(url_for("agent.task", number=number, task_id=task.id), 303)


def _view(word: str) -> View:
    try:
        return View(word)
    except ValueError as error:
        raise NotFound(f"Expected a view of the inbox, but {word!r:.40} is none") from error

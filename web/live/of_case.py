"""What is new in the case that a page is about: it leads to the case's page, and whoever types goes on typing."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from cpm.model import Role
from cpm.queries import at_desk, case_news
from cpm.queries.case_news import Piece
from cpm.uow import UnitOfWork
from web import access
from web.agent.case import must_see
from web.agent.guided import asking
from web.here import engine
from web.language import language
from web.language import translate as _
from web.live.news import heard
from web.live.view import blueprint
from web.visitor import visitor


@blueprint.get("/cases/<number>/new")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def of_case(number: str) -> ResponseReturnValue:
    """For a page that heard of entries of the case's journal."""
    with engine().read(visitor().login) as look:
        case_id = must_see(look, number)
        found = case_news.last(look, case_id, heard().ids, language())
        address = _address(look, number, found) if found else ""
    return render_template("live/news.html", words=_words(found) if found else "", address=address)


def _words(found: Piece) -> str:
    if found.comment is not None:
        return _("{name} has commented: {words}", name=found.who, words=found.words)
    if found.who is None:
        return _("New in this case: {what}", what=found.words)
    return _("New in this case, by {name}: {what}", name=found.who, what=found.words)


def _address(look: UnitOfWork, number: str, found: Piece) -> str:
    """To the step that somebody got or lost, to where they hand over what they are asked for; else to the case."""
    if found.task is not None:
        return url_for("agent.task", number=number, task_id=found.task)
    if found.comment is None:
        return url_for("agent.case", number=number)
    for task in at_desk.held(look, found.comment.case_id):
        asked = asking.asked(look, task)
        if asked is not None and asked[1].id == found.comment.id:
            return url_for("agent.hand_over_page", number=number, task_id=task.id)
    return url_for("agent.case", number=number, _anchor=f"comment-{found.comment.id}")

"""What is new in the case that a page is about: it leads to the case's page, and whoever types goes on typing."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from cpm.model import Role
from cpm.queries import case_news
from web import access
from web.agent.case import must_see
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
        what = case_news.sentence(look, case_id, heard().ids, language())
    words = _("New in this case: {what}", what=what) if what else ""
    return render_template("live/news.html", words=words, address=url_for("agent.case", number=number))

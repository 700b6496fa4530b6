"""What was sent off a moment ago can be taken back."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import replies
from cpm.errors import Conflict, NotFound
from cpm.model import Reply
from web import access
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor


@blueprint.post("/cases/<number>/replies/<int:reply_id>/take_back")
@access.granted(*READERS)
def take_back(number: str, reply_id: int) -> ResponseReturnValue:
    try:
        with engine().begin(visitor().login) as uow:
            found = uow.session.get(Reply, reply_id)
            if found is None or found.case_id != must_see(uow, number):
                raise NotFound(f"Expected to find message {reply_id} in case {number}, but there is none")
            replies.take_back(uow, reply_id)
    except Conflict as error:
        flash(error.sentence(language()))
        return redirect(url_for("agent.case", number=number), 303)
    flash(_("The message is a draft again."))
    return redirect(url_for("agent.reply", number=number), 303)

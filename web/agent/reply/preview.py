"""The mail as it will leave, before it does."""

from flask import render_template
from flask.typing import ResponseReturnValue

from cpm.commands import drafts
from cpm.connectors import Smtp
from cpm.connectors.letters import BadAddress
from cpm.errors import NotFound
from cpm.installation import mail_server
from cpm.queries import reply_preview
from cpm.queries import written as as_written
from web import access
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see
from web.agent.reply.editor import PATH
from web.here import engine
from web.visitor import visitor


@blueprint.get(f"{PATH}/preview")
@access.granted(*READERS)
def preview_of_reply(number: str) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        draft = drafts.of(look, must_see(look, number))
        if draft is None:
            raise NotFound(
                f"Expected a draft of yours on case {number}, but there is none",
                de="In diesem Vorgang haben Sie keinen Entwurf.",
            )
        written, seen = as_written.of(draft), draft.seen
        try:
            shown, refused = reply_preview.preview(look, draft, Smtp(mail_server(look.settings))), None
        except BadAddress as error:
            shown, refused = None, error
    return render_template(
        "agent/reply_preview.html", number=number, written=written, seen=seen, shown=shown, refused=refused
    )

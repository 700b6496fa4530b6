"""What a customer wrote, with its layout: in a frame that may do nothing, never as a page of ours."""

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue

from cpm.errors import NotFound
from cpm.queries import said_as_html
from web import access
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see
from web.headers import POLICY
from web.here import engine
from web.visitor import visitor

_FRAMED = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_PAGE = (
    '<!doctype html><html><head><meta charset="utf-8"><title>-</title><base target="_blank">'
    "<style>body{{font-family:sans-serif;margin:8px;overflow-wrap:anywhere}}img{{max-width:100%}}</style></head>"
    "<body>{}</body></html>"
)


@blueprint.get("/cases/<number>/messages/<int:interaction_id>")
@access.granted(*READERS)
def message_as_sent(number: str, interaction_id: int) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        shown = said_as_html.of_message(look, must_see(look, number), interaction_id)
    page = render_template("agent/message.html", number=number, interaction_id=interaction_id, shown=shown)
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return answer


@blueprint.get("/cases/<number>/messages/<int:interaction_id>/frame")
@access.granted(*READERS)
def message_frame(number: str, interaction_id: int) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        shown = said_as_html.of_message(look, must_see(look, number), interaction_id)
    if shown is None:
        raise NotFound(f"Expected message {interaction_id} to have a layout of its own, but it is text alone")
    answer = Response(_PAGE.format(shown.html), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _FRAMED
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer

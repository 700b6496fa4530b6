"""The strip of every page that says who calls. Desks with a telephone that we know ask for it again and again."""

from urllib.parse import urlsplit

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.queries.talks import OnDesk
from web import access
from web.agent.blueprint import READERS
from web.at_hand import call
from web.phone.blueprint import blueprint

_NOTHING = "none"


@blueprint.get("/talk/strip")
@access.granted(*READERS)
def standing() -> ResponseReturnValue:
    """Nothing (204) if it is as the page has it already, so that nobody hears the same again."""
    found = call()
    if seen(found) == request.args.get("seen"):
        return "", 204
    return render_template("phone/strip.html", talk=found)


@blueprint.app_template_filter("looked_at")
def looked_at(found: OnDesk) -> bool:
    """Whether the page below is the call's own."""
    return _page() == url_for("phone.talk", talk_id=found.id)


@blueprint.app_template_filter("noted_here")
def noted_here(found: OnDesk) -> bool:
    """Whether the notes of the call stand on the page below: its case's, or that of a step of it.

    A page that was there before has them only if it has had them since.
    """
    if request.endpoint == "phone.standing":
        return request.args.get("noted") == str(found.id)
    if "talk_refused" in g:  # its own page is drawn again
        return True
    if found.case is None or request.method != "GET":
        return False
    case = url_for("agent.case", number=found.case)
    beside, _, step = _page().rpartition("/")
    return _page() == case or (beside == f"{case}/tasks" and step.isdecimal())


@blueprint.app_template_filter("talk_seen")
def seen(found: OnDesk | None) -> str:
    """What the strip says, in short."""
    if found is None:
        return _NOTHING
    return f"{found.id}.{found.state}.{found.customer_id or ''}.{found.case or ''}"


def _page() -> str:
    return urlsplit(request.headers.get("HX-Current-URL", request.url)).path

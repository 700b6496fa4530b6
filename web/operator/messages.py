"""Messages as they came: those that could not be filed, with their reason, to be tried again.

Of a filed one only when it came and what became of it: its text belongs to a case, which operators do not see.
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import interactions
from cpm.model import ArrivalState, Role
from cpm.queries import arrivals
from web import access
from web.here import engine
from web.language import translate as _
from web.operator.blueprint import blueprint
from web.visitor import visitor


@blueprint.get("/messages")
@access.granted(Role.OPERATOR)
def messages() -> ResponseReturnValue:
    state, before = request.args.get("state", "quarantined"), request.args.get("before", type=int)
    with engine().read(visitor().login) as look:
        found = arrivals.page(look, state=_state(state), before=before)
    return render_template(
        "operator/messages.html", page=found, state=state, states=("quarantined", "stored", "filed")
    )


@blueprint.get("/messages/<int:arrival_id>")
@access.granted(Role.OPERATOR)
def message(arrival_id: int) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        found = arrivals.view(look, arrival_id)
    filed = found.arrival.state == ArrivalState.FILED
    return render_template(
        "operator/message.html", arrival=found.arrival, beginning=None if filed else found.beginning
    )


@blueprint.post("/messages/<int:arrival_id>/filing")
@access.granted(Role.OPERATOR)
def retry(arrival_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        filed = interactions.retry(uow, arrival_id).state == ArrivalState.FILED
    flash(_("The message is filed.") if filed else _("The message could not be filed again."))
    return redirect(url_for("operator.message", arrival_id=arrival_id), 303)


def _state(word: str) -> ArrivalState | None:
    return ArrivalState(word) if word in list(ArrivalState) else None

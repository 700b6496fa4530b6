"""Messages as they came: those that could not be filed, with their reason, to be tried again.

Of a filed one only when it came and what became of it: its text belongs to a case, which operators do not see.
"""

import contextlib

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import interactions
from cpm.errors import Conflict, Forbidden
from cpm.model import ArrivalState, Role
from cpm.queries import arrivals
from web import access
from web.here import engine
from web.language import translate as _
from web.operator.blueprint import blueprint
from web.visitor import visitor

_AT_ONCE = 50


@blueprint.get("/messages")
@access.granted(Role.OPERATOR)
def messages() -> ResponseReturnValue:
    state, before = request.args.get("state", "quarantined"), request.args.get("before", type=int)
    with engine().read(visitor().login) as look:
        found = arrivals.page(look, state=_state(state), before=before)
    return render_template(
        "operator/messages.html",
        page=found,
        state=state,
        states=("quarantined", "stored", "filed", "discarded"),
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


@blueprint.post("/messages/filing")
@access.granted(Role.OPERATOR)
def retry_all() -> ResponseReturnValue:
    """After a new release, for instance; each in a transaction of its own, no more than a page shows."""
    with engine().read(visitor().login) as look:
        ids = [one.id for one in arrivals.quarantined(look, limit=_AT_ONCE) if not one.cut]
    filed = 0
    for arrival_id in ids:
        with contextlib.suppress(Conflict), engine().begin(visitor().login) as uow:
            filed += interactions.retry(uow, arrival_id).state == ArrivalState.FILED
    flash(_("Messages filed: {filed} of {tried}.", filed=filed, tried=len(ids)))
    return redirect(url_for("operator.messages"), 303)


@blueprint.post("/messages/<int:arrival_id>/discarding")
@access.granted(Role.OPERATOR)
def discard(arrival_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        interactions.discard(uow, arrival_id, why=request.form.get("why", ""))
    flash(_("The message is discarded; it is kept."))
    return redirect(url_for("operator.message", arrival_id=arrival_id), 303)


@blueprint.get("/messages/<int:arrival_id>/raw")
@access.granted(Role.OPERATOR)
def raw_message(arrival_id: int) -> ResponseReturnValue:
    """As it came, for who looks at it with other tools; no browser takes it for a page. Not of what is filed on a case."""
    with engine().read(visitor().login) as look:
        found = arrivals.one(look, arrival_id)
        if found.state == ArrivalState.FILED:
            raise Forbidden(
                "Expected a message that is on no case, but it is filed: who may see the case reads it there.",
                de="Diese Nachricht ist abgelegt; lesen darf sie, wer den Vorgang sehen darf.",
            )
        content = arrivals.raw(look, arrival_id)
    named = f'attachment; filename="message-{arrival_id}.eml"'
    headers = {"Content-Disposition": named, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(content, content_type="application/octet-stream", headers=headers)


def _state(word: str) -> ArrivalState | None:
    return ArrivalState(word) if word in list(ArrivalState) else None

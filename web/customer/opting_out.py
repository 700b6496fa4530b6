"""The pages behind links for opting out and for confirming. Whoever only looks, as mail scanners do, changes nothing."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from cpm.commands import consents, opting
from cpm.errors import NotFound
from cpm.queries import opting_out
from cpm.queries.opting_out import CHANNEL
from web import access
from web.customer import brake
from web.customer.taking import ACTOR
from web.here import engine
from web.language import prefer

blueprint = Blueprint("opting", __name__, url_prefix="/o")

#: What a mail program posts for its user (RFC 8058 3.1).
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@blueprint.get("/<token>")
@access.public
def page(token: str) -> ResponseReturnValue:
    return _page(token)


@blueprint.post("/<token>")
@access.public
def act(token: str) -> ResponseReturnValue:
    """Withdraw, or undo that: the button pressed says which; a mail program's one click withdraws."""
    _known(token)
    again = request.form.get("act") == "restore"
    with engine().begin(ACTOR) as uow:
        if again:
            opting.restore(uow, token)
        else:
            one_click = request.form.get(ONE_CLICK[0]) == ONE_CLICK[1]
            opting.withdraw(uow, token, source="one-click unsubscribe" if one_click else "opt-out link")
    return _page(token, done=True)


@blueprint.get("/confirm/<token>")
@access.public
def confirm_page(token: str) -> ResponseReturnValue:
    return _confirm_page(token)


@blueprint.post("/confirm/<token>")
@access.public
def confirm(token: str) -> ResponseReturnValue:
    _confirm_page(token)
    with engine().begin(ACTOR) as uow:
        opting.confirm(uow, token)
    return _confirm_page(token)


def _known(token: str) -> None:
    where = request.remote_addr or ""
    brake.before_guessing(where)
    try:
        with engine().read() as look:
            opting_out.asked(look, token)
    except NotFound:
        brake.guessed(where)
        raise


def _page(token: str, *, done: bool = False) -> str:
    _known(token)
    with engine().read() as look:
        asked = opting_out.asked(look, token)
        prefer(asked.customer.language)
        out = consents.refused(look, asked.customer, CHANNEL, asked.purpose)
        undo = opting.may_restore(look, asked)
    shown = {
        "token": token,
        "purpose": asked.purpose,
        "out": out,
        "undo": undo,
        "done": done and (out or undo),
    }
    return render_template("customer/opting_out.html", **shown)


def _confirm_page(token: str) -> str:
    brake.before_guessing(request.remote_addr or "")
    with engine().read() as look:
        try:
            asked = opting_out.confirmed(look, token)
        except NotFound:
            brake.guessed(request.remote_addr or "")
            raise
        prefer(asked.customer.language)
        given = consents.given(look, asked.customer, CHANNEL, asked.purpose)
    return render_template("customer/confirming.html", token=token, given=given)

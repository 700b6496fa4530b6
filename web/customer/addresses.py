"""For designers and operators: which web forms have a public address, and what comes in there."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import public_forms
from cpm.model import Role
from cpm.queries import public_forms as queries
from web import access
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

blueprint = Blueprint("webforms", __name__, url_prefix="/admin/webforms")


@blueprint.get("/")
@access.granted(Role.DESIGNER, Role.OPERATOR)
def index() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        lines = queries.lines(look, language())
        without = queries.without_address(look, language())
    return render_template("customer/addresses.html", lines=lines, without=without)


@blueprint.post("/")
@access.granted(Role.DESIGNER, Role.OPERATOR)
def add() -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        public_forms.add(uow, request.form.get("process", ""))
    flash(_("The web form has an address now."))
    return redirect(url_for("webforms.index"), 303)


@blueprint.post("/<key>/closing")
@access.granted(Role.DESIGNER, Role.OPERATOR)
def close(key: str) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        public_forms.close(uow, key)
    flash(_("The address is closed."))
    return redirect(url_for("webforms.index"), 303)

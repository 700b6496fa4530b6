"""API tokens: operators see and make all, integrators their own. The token itself is shown once."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import tokens as commands
from cpm.errors import CpmError
from cpm.model import SCOPES, Role, scopes_of
from cpm.queries import people
from cpm.queries import tokens as queries
from web import access
from web.here import engine
from web.language import translate as _
from web.operator.blueprint import blueprint, shown_once
from web.visitor import visitor

_USUAL_DAYS = 90


@blueprint.get("/tokens")
@access.granted(Role.OPERATOR, Role.INTEGRATOR)
def tokens() -> ResponseReturnValue:
    return _page(request.args.get("login"))


@blueprint.post("/tokens")
@access.granted(Role.OPERATOR, Role.INTEGRATOR)
def add_token() -> ResponseReturnValue:
    """The token is shown in this answer and never again."""
    login = _for(request.form.get("login"))
    days = request.form.get("days", _USUAL_DAYS, type=int)
    try:
        with engine().begin(visitor().login) as uow:
            made = commands.create(
                uow,
                login,
                name=request.form.get("name", ""),
                scopes=request.form.getlist("scopes"),
                expires_at=uow.now + timedelta(days=min(max(days, 0), 1000)),
            )
            name, text, until = made.token.name, made.text, made.token.expires_at
    except CpmError as error:
        return _page(login, error), error.status
    return shown_once(render_template("operator/token.html", name=name, token=text, until=until))


@blueprint.post("/tokens/<int:token_id>/revocation")
@access.granted(Role.OPERATOR, Role.INTEGRATOR)
def revoke_token(token_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        commands.revoke(uow, token_id)
    flash(_("The token is revoked."))
    return redirect(url_for("operator.tokens"), 303)


def _page(login: str | None, error: CpmError | None = None) -> str:
    everybody, chosen = visitor().has(Role.OPERATOR), _for(login)
    with engine().read(visitor().login) as look:
        found = queries.tokens(look, login=None if everybody else visitor().login)
        users = [user for user in people.users(look) if user.active]
    roles = next((user.roles for user in users if user.login == chosen), ())
    allowed = scopes_of(roles)
    return render_template(
        "operator/tokens.html",
        tokens=found,
        users=users,
        everybody=everybody,
        chosen=chosen,
        scopes=[scope for scope in SCOPES if scope in allowed],
        days=_USUAL_DAYS,
        error=error,
        typed=request.form,
    )


def _for(login: str | None) -> str:
    """Whose token it shall be; integrators have their own only."""
    if login and visitor().has(Role.OPERATOR):
        return login
    return visitor().login

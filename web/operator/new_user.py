"""A new user, with a password made by us that they must change."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cpm import passwords
from cpm.commands import passwords as password_commands
from cpm.commands import users as commands
from cpm.errors import CpmError
from cpm.model import Role
from cpm.queries import people
from web import access
from web.here import engine
from web.language import language
from web.operator.blueprint import blueprint, shown_once
from web.operator.users import extensions_posted, roles_posted, skills_posted
from web.visitor import visitor


@blueprint.get("/new-user")
@access.granted(Role.OPERATOR)
def new_user() -> ResponseReturnValue:
    return _form()


@blueprint.post("/new-user")
@access.granted(Role.OPERATOR)
def add_user() -> ResponseReturnValue:
    """The password is shown in this answer and never again."""
    login, name = request.form.get("login", "").strip(), request.form.get("name", "")
    plain = passwords.generate()
    made = passwords.hash_(plain)
    try:
        with engine().begin(visitor().login) as uow:
            added = commands.add_user(
                uow,
                login,
                name=name,
                roles=roles_posted(),
                teams=request.form.getlist("teams"),
                skills=skills_posted(),
                extensions=extensions_posted(),
            )
            uow.session.flush()
            password_commands.put(uow, login, made, must_change=True)
            name = added.name
    except CpmError as error:
        return _form(error), error.status
    return shown_once(render_template("operator/password.html", login=login, name=name, password=plain))


def _form(error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        teams = people.team_names(look, language(), afresh=True)
    return render_template(
        "operator/new_user.html",
        teams=teams,
        roles=[role.value for role in Role],
        error=error,
        typed=request.form,
    )

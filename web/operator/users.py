"""Users: who works here, with which roles and for which teams; a password that was forgotten."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm import passwords
from cpm.commands import passwords as password_commands
from cpm.commands import users as commands
from cpm.errors import CpmError, Forbidden, NotFound
from cpm.model import Role
from cpm.queries import people, sign_ins
from web import access
from web.here import engine
from web.language import language
from web.language import translate as _
from web.operator.blueprint import blueprint, shown_once
from web.visitor import visitor


@blueprint.get("/users")
@access.granted(Role.OPERATOR)
def users() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        found, teams, now = people.users(look), people.team_names(look, language(), afresh=True), look.now
    return render_template("operator/users.html", users=found, teams=teams, now=now)


@blueprint.get("/users/<login>")
@access.granted(Role.OPERATOR)
def user(login: str) -> ResponseReturnValue:
    return _page(login)


@blueprint.post("/users/<login>")
@access.granted(Role.OPERATOR)
def change_user(login: str) -> ResponseReturnValue:
    """Nobody changes their own roles, nor shuts themselves out."""
    mine = login == visitor().login
    try:
        with engine().begin(visitor().login) as uow:
            commands.change_user(
                uow,
                login,
                name=request.form.get("name"),
                roles=None if mine and "roles" not in request.form else roles_posted(),
                teams=request.form.getlist("teams"),
                skills=skills_posted(),
                extensions=extensions_posted(),
                active=None if mine else "active" in request.form,
            )
    except (NotFound, Forbidden):
        raise
    except CpmError as error:
        return _page(login, error), error.status
    flash(_("The user is changed."))
    return redirect(url_for("operator.users"), 303)


@blueprint.post("/users/<login>/password")
@access.granted(Role.OPERATOR)
def reset_password(login: str) -> ResponseReturnValue:
    """A new one that its owner must change; their sign-ins end. Shown in this answer and never again."""
    with engine().read(visitor().login) as look:
        name = people.user(look, login).name
    plain = passwords.generate()
    made = passwords.hash_(plain)
    with engine().begin(visitor().login) as uow:
        password_commands.put(uow, login, made, must_change=True)
    return shown_once(render_template("operator/password.html", login=login, name=name, password=plain))


@blueprint.post("/users/<login>/unlocking")
@access.granted(Role.OPERATOR)
def unlock(login: str) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        commands.unlock(uow, login)
    flash(_("The user is unlocked."))
    return redirect(url_for("operator.user", login=login), 303)


def roles_posted() -> list[Role]:
    """What is no role is left out."""
    return [Role(word) for word in request.form.getlist("roles") if word in list(Role)]


def skills_posted() -> list[str]:
    return request.form.get("skills", "").split(",")


def extensions_posted() -> list[str]:
    return request.form.get("extensions", "").split(",")


def _page(login: str, error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        about = people.user(look, login)
        browsers = sign_ins.sign_ins(look, login)
        teams, now = people.team_names(look, language(), afresh=True), look.now
    return render_template(
        "operator/user.html",
        about=about,
        browsers=browsers,
        teams=teams,
        now=now,
        roles=[role.value for role in Role],
        error=error,
        typed=request.form if error else None,
        mine=login == visitor().login,
    )

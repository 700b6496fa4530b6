"""Teams: what they are called, when they work, who is in them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import teams as commands
from cpm.errors import Conflict, CpmError
from cpm.model import Role, Team
from cpm.queries import people
from web import access
from web.here import engine
from web.language import language
from web.language import translate as _
from web.operator.blueprint import blueprint
from web.visitor import visitor


@blueprint.get("/teams")
@access.granted(Role.OPERATOR)
def teams() -> ResponseReturnValue:
    return _page()


@blueprint.post("/teams")
@access.granted(Role.OPERATOR)
def add_team() -> ResponseReturnValue:
    key = request.form.get("key", "").strip()
    try:
        with engine().begin(visitor().login) as uow:
            if uow.session.get(Team, key) is not None:
                raise Conflict(
                    f"Expected to add team {key}, but there is one already",
                    de=f"Das Team {key} gibt es schon.",
                )
            commands.add_team(uow, key, **_posted())
    except CpmError as error:
        return _page(error), error.status
    flash(_("The team is there."))
    return redirect(url_for("operator.teams"), 303)


@blueprint.get("/teams/<key>")
@access.granted(Role.OPERATOR)
def team(key: str) -> ResponseReturnValue:
    return _one(key)


@blueprint.post("/teams/<key>")
@access.granted(Role.OPERATOR)
def change_team(key: str) -> ResponseReturnValue:
    try:
        with engine().begin(visitor().login) as uow:
            commands.add_team(uow, people.team(uow, key).key, **_posted())
    except CpmError as error:
        if error.status == 404:
            raise
        return _one(key, error), error.status
    flash(_("The team is changed."))
    return redirect(url_for("operator.teams"), 303)


@blueprint.post("/teams/<key>/removal")
@access.granted(Role.OPERATOR)
def remove_team(key: str) -> ResponseReturnValue:
    """Conflict if it has or had work."""
    with engine().begin(visitor().login) as uow:
        commands.remove_team(uow, people.team(uow, key).key)
    flash(_("The team is removed."))
    return redirect(url_for("operator.teams"), 303)


def _posted() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("name_de", "name_en", "calendar")}


def _page(error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        found, names = people.teams(look, language()), people.user_names(look, afresh=True)
        hours = sorted(look.library.calendars.each)
    return render_template(
        "operator/teams.html",
        teams=found,
        names=names,
        calendars=hours,
        error=error,
        typed=request.form,
    )


def _one(key: str, error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        about = people.team(look, key)
        hours = sorted(look.library.calendars.each)
        typed = request.form if error else {name: getattr(about, name) for name in _posted()}
    return render_template("operator/team.html", key=key, calendars=hours, error=error, typed=typed)

"""The ERPs on the other side: whether they answer, how far behind their changes we are, and what differs between us."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import erp_errands, erp_feed
from cpm.erp_settings import NONE
from cpm.model import Errand, Role
from cpm.queries import erp_errands as queries
from cpm.uow import UnitOfWork
from web import access
from web.here import engine
from web.language import language
from web.language import translate as _
from web.operator.blueprint import blueprint
from web.visitor import visitor


@blueprint.get("/erp")
@access.granted(Role.OPERATOR)
def erp() -> ResponseReturnValue:
    names = [name for name in engine().erp.names if name != NONE]
    with engine().read(visitor().login) as look:
        found = queries.systems(look, names, language())
    standings = {name: engine().erp.standing(name) for name in names}
    return render_template("operator/erp.html", systems=found, standings=standings, main=engine().erp.main)


@blueprint.post("/erp/<system>/<errand>/run")
@access.granted(Role.OPERATOR)
def run_errand(system: str, errand: str) -> ResponseReturnValue:
    """A worker takes it up within a second."""
    if errand not in {each.value for each in Errand}:
        abort(404)
    return _done(lambda uow: erp_errands.now(uow, system, Errand(errand)), _("It is done in a moment."))


@blueprint.post("/erp/<system>/aside/<path:change>/again")
@access.granted(Role.OPERATOR)
def read_change_again(system: str, change: str) -> ResponseReturnValue:
    return _done(lambda uow: erp_feed.again(uow, system, change), _("It is read again in a moment."))


@blueprint.post("/erp/<system>/aside/<path:change>/discard")
@access.granted(Role.OPERATOR)
def discard_change(system: str, change: str) -> ResponseReturnValue:
    return _done(lambda uow: erp_feed.discard(uow, system, change), _("It is not looked at any more."))


def _done(act: Callable[[UnitOfWork], object], words: str) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        act(uow)
    flash(words)
    return redirect(url_for("operator.erp"), 303)

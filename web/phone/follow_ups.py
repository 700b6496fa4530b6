"""What is to be done later for a case: promised on its page, put off on the page of its task."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import checks, follow_ups
from cpm.errors import CpmError, Forbidden, Invalid
from cpm.model import Case
from cpm.policies import PolicyRefusal
from cpm.queries import follow_ups as queries
from cpm.queries import people
from cpm.queries import talks as calls
from cpm.queries.glance import glance
from cpm.uow import UnitOfWork
from web import access, assent
from web.agent.blueprint import READERS
from web.agent.case import must_see
from web.agent.guided import once
from web.agent.guided import page as guided
from web.agent.later import posted_due, posted_later
from web.here import engine
from web.language import language
from web.language import translate as _
from web.phone.blueprint import blueprint
from web.phone.talk import headed
from web.visitor import visitor

CASE = "/cases/<number>/follow-ups"


@blueprint.get(CASE)
@access.granted(*READERS)
def of_case(number: str) -> ResponseReturnValue:
    return _page(number)


@blueprint.post(CASE)
@access.granted(*READERS)
def ask(number: str) -> ResponseReturnValue:
    """What was sent before, and whose answer was lost, is promised once."""
    with engine().read(visitor().login) as look:
        must_see(look, number)
        before = once.kept(look)
    try:
        if not before:
            _asked(number)
    except (Invalid, Forbidden) as error:
        return _page(number, error), error.status
    flash(_("It is noted for later."))
    return redirect(url_for("phone.of_case", number=number), 303)


def _asked(number: str) -> None:
    form = request.form
    with engine().begin(visitor().login, assent.of_form()) as uow:
        case = uow.case(must_see(uow, number))
        what, due, call = posted_later(uow, form.get("call", "").strip() or None)
        follow_ups.ask(uow, case, what=what, due=due, call=call, team=form.get("team") or None)
        once.keep(uow)


@blueprint.post(f"{guided.PATH}/put-off")
@access.granted(*READERS)
def put_off(number: str, task_id: int) -> ResponseReturnValue:
    """Nobody answered: once more at another time."""

    def later(uow: UnitOfWork) -> None:
        said = request.form.get("reason", "")
        note, due = checks.together(lambda: follow_ups.must_say(said), lambda: posted_due(uow))
        follow_ups.put_off(uow, task_id, note=note, due=due)

    refused = _tried(number, task_id, later)
    if refused is None:
        flash(_("It comes back to you by itself."))
    return refused or redirect(url_for("agent.inbox"), 303)


def _tried(number: str, task_id: int, act: Callable[[UnitOfWork], object]) -> ResponseReturnValue | None:
    with engine().read(visitor().login) as look:
        guided.must_see(look, number, task_id)
        if once.kept(look):
            return None
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            act(uow)
            once.keep(uow)
    except PolicyRefusal:
        raise
    except CpmError as error:
        if error.status not in (403, 409, 422):
            raise
        return guided.shown(number, task_id, guided.Typed(None, error, "put-off"))
    return None


def _page(number: str, error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        case = look.get(Case, must_see(look, number))
        promised, talked = queries.of_case(look, case), calls.of_case(look, case)
        reached = [one for one in glance(look, case.customer).addresses if "@" not in one]
        teams = people.team_names(look, language())
        about = {"subject": case.subject, "customer": case.customer.name}
    return render_template(
        "phone/follow_ups.html",
        number=number,
        **about,
        promised=promised,
        talked=talked,
        reached=reached,
        teams=teams,
        typed=request.form if error else {},
        words=headed(error) if error else "",
        problems=dict(error.faults(language())) if isinstance(error, Invalid) else {},
    )

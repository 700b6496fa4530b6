"""The calls of one's own desk, and calls that no telephone system tells of: somebody telephones and says so."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import talks
from cpm.errors import Invalid
from cpm.model import Direction
from cpm.queries import talks as queries
from web import access, addresses
from web.agent.blueprint import READERS
from web.agent.case import must_see
from web.agent.guided.carried import posted_key
from web.here import engine
from web.language import language
from web.phone.blueprint import blueprint
from web.phone.talk import headed
from web.visitor import visitor


@blueprint.get("/talks")
@access.granted(*READERS)
def calls() -> ResponseReturnValue:
    return _page()


@blueprint.post("/talks")
@access.granted(*READERS)
def begin() -> ResponseReturnValue:
    """From a case it goes back there, with a place for notes; without one to who may be calling."""
    outward, number = request.form.get("direction") == "out", request.form.get("number", "")
    case = request.form.get("case", "")
    try:
        with engine().begin(visitor().login) as uow:
            about = must_see(uow, case) if case else None
            way = Direction.OUT if outward else Direction.IN
            begun = talks.begin(uow, direction=way, number=number, case_id=about, key=posted_key() or "")
            talk_id = begun.id
    except Invalid as error:
        return _page(error), error.status
    with engine().read(visitor().login) as look:
        step = queries.next_step(look, about) if about is not None else None
    if about is None:
        return redirect(url_for("phone.talk", talk_id=talk_id), 303)
    task = addresses.posted("task") or step
    if task is None:
        return redirect(url_for("agent.case", number=case), 303)
    return redirect(url_for("agent.task", number=case, task_id=task), 303)


def _page(error: Invalid | None = None) -> str:
    with engine().read(visitor().login) as look:
        found = queries.lately(look)
    problems = dict(error.faults(language())) if error else {}
    words = headed(error) if error else ""
    return render_template(
        "phone/calls.html", calls=found, problems=problems, typed=request.form, words=words
    )

"""What a field of a step's form is chosen from, while somebody types."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cpm import erp_offers
from cpm.queries import looking_up, offers
from web import access
from web.agent.blueprint import READERS, blueprint
from web.agent.guided.page import PATH, must_see
from web.forms.found import lines
from web.here import engine
from web.language import language
from web.visitor import visitor


@blueprint.get(f"{PATH}/lookup")
@access.granted(*READERS)
def look_up(number: str, task_id: int) -> ResponseReturnValue:
    """Options of the list below the field; only for who may work on the task."""
    field, words = request.args.get("field", ""), request.args.get("q", "")
    with engine().read(visitor().login) as look:
        task = must_see(look, number, task_id)
        found = looking_up.of_task(look, task, field, words, language())
        want = offers.of_found(look, task, field, found, offers.day(request.args.get("wanted_on")))
    if want is not None:
        found = erp_offers.refreshed(engine(), found, want, language())
    return render_template("forms/found.html", hits=lines(found, language()), note=found.note)

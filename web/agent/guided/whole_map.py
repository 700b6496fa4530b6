"""The whole map of the process that a step is in."""

from flask import render_template
from flask.typing import ResponseReturnValue

from cpm.queries import ways
from web import access
from web.agent.blueprint import READERS, blueprint
from web.agent.guided.page import PATH, must_see
from web.here import engine
from web.language import language
from web.visitor import visitor


@blueprint.get(f"{PATH}/map", endpoint="map")
@access.granted(*READERS)
def show_map(number: str, task_id: int) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        found = ways.on_map(look, must_see(look, number, task_id), language())
    return render_template("agent/map.html", number=number, task_id=task_id, **found)

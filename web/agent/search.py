"""One box for whatever an agent knows."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.case_numbers import case_number
from cpm.queries import search as queries
from web import access
from web.agent.blueprint import READERS, blueprint, page_number
from web.here import engine
from web.language import language
from web.visitor import visitor


@blueprint.get("/search")
@access.granted(*READERS)
def search() -> ResponseReturnValue:
    """A number leads straight to its case, or its customer."""
    sought = request.args.get("q", "").strip()
    with engine().read(visitor().login) as look:
        found = queries.search(look, sought, page=page_number(), language=language())
    if found.case_id is not None:
        return redirect(url_for("agent.case", number=case_number(found.case_id)), 303)
    if found.customer_id is not None:
        return redirect(url_for("agent.customer", customer_id=found.customer_id), 303)
    return render_template("agent/search.html", sought=sought, found=found)

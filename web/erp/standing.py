"""The strip alone, asked for again while the ERP is away: so a desk learns that it is back without doing anything."""

import contextlib

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from cpm.connectors.erp import ErpFault
from cpm.erp_views import BUDGET
from cpm.model import Role
from web import access
from web.erp.strip import strip
from web.here import engine

blueprint = Blueprint("erp", __name__)


@blueprint.get("/erp/standing")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def standing() -> ResponseReturnValue:
    """Nothing (204) if it is as the page has it already, so that nobody hears the same again."""
    systems = engine().erp
    with contextlib.suppress(ErpFault):  # its breaker lets a question through now and then
        systems.soon(systems.main, lambda erp: erp.alive(), within=BUDGET)
    found = strip()
    if found is not None and found.tone == request.args.get("tone"):
        return "", 204
    return render_template("erp_strip.html", strip=found)

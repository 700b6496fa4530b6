"""How it stands with the ERPs, for who watches over them: figures, and nothing of customers or cases."""

from typing import Any

from marshmallow import fields

from cpm.erp_settings import NONE
from cpm.queries import erp_errands
from cpm.queries.erp_errands import ErrandLine, SystemView
from web.api import erp_examples as examples
from web.api.blueprint import blueprint, scoped
from web.api.erp import ErpStandingSchema
from web.api.fields import Moment, Strict
from web.here import engine
from web.language import language
from web.visitor import visitor


class ErrandSchema(Strict):
    errand = fields.String(
        required=True, metadata={"description": "feed, catalogue, reconciliation or dunning."}
    )
    condition = fields.String(required=True, metadata={"description": "ok, failing, forgotten or new."})
    succeeded = Moment(required=True, allow_none=True)
    due = Moment(required=True, allow_none=True)
    failing_since = Moment(required=True, allow_none=True)
    why = fields.String(required=True, allow_none=True)
    result = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ErpSystemSchema(Strict):
    system = fields.String(required=True)
    main = fields.Boolean(required=True)
    standing = fields.Nested(ErpStandingSchema, required=True)
    lag = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Seconds since its changes were read; null: they never were."},
    )
    products = fields.Integer(required=True)
    aside = fields.Integer(
        required=True, metadata={"description": "Changes that could not be told; 1,000 at most."}
    )
    findings = fields.Integer(
        required=True, metadata={"description": "What differs between both sides; 1,000 at most."}
    )
    errands = fields.List(fields.Nested(ErrandSchema), required=True)


class ErpSystemsSchema(Strict):
    systems = fields.List(fields.Nested(ErpSystemSchema), required=True)


@blueprint.get("/erp", tags=["ERP"])
@scoped("metrics:read")
@blueprint.response(200, ErpSystemsSchema, example=examples.ERP)
def get_erp() -> Any:
    """How it stands with each ERP: whether it answers, how far behind its changes we are. Asks none of them."""
    names = [name for name in engine().erp.names if name != NONE]
    with engine().read(visitor().login) as look:
        found = erp_errands.systems(look, names, language())
    return {"systems": [_system(one) for one in found]}


def _system(one: SystemView) -> dict[str, Any]:
    standing = engine().erp.standing(one.system)
    why = "" if standing.up else "unreachable"
    return {
        "system": one.system,
        "main": one.system == engine().erp.main,
        "standing": {"up": standing.up, "since": standing.since, "why": why},
        "lag": None if one.lag is None else int(one.lag.total_seconds()),
        "products": one.products,
        "aside": len(one.aside),
        "findings": len(one.findings),
        "errands": [_errand(each) for each in one.errands],
    }


def _errand(line: ErrandLine) -> dict[str, Any]:
    told = ("errand", "condition", "succeeded", "due", "why", "result")
    return {**{name: getattr(line, name) for name in told}, "failing_since": line.since}

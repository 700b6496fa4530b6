"""Why something is where it is: the decisions behind it, in words and as data."""

from marshmallow import fields

from cpm.queries import access, why
from cpm.queries.why import REMARKS, Why
from web.api import examples
from web.api.blueprint import blueprint, scoped
from web.api.decisions import RuleSchema
from web.api.fields import Data, Free, Moment, Strict
from web.here import engine
from web.language import language
from web.visitor import visitor


class PairSchema(Strict):
    label = fields.Function(lambda pair: pair[0], required=True, metadata={"type": "string"})
    value = fields.Function(lambda pair: pair[1], required=True, metadata={"type": "string"})


class GroundSchema(Strict):
    seq = fields.Integer(required=True, metadata={"description": "Of its entry in the journal."})
    at = Moment(required=True)
    decision = fields.String(required=True)
    version = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Null: no table could be asked."}
    )
    rows = fields.List(fields.Nested(RuleSchema), required=True, metadata={"description": "That fired."})
    sentence = fields.String(required=True)
    outcome = fields.List(fields.Nested(PairSchema), required=True)
    seen = fields.List(
        fields.Nested(PairSchema), required=True, metadata={"description": "Facts that were known, in words."}
    )
    counted = fields.String(
        required=True, allow_none=True, metadata={"description": "How the time was counted."}
    )
    facts = Data(required=True, metadata={"description": "By name, as they were recorded."})
    result = Free(required=True, allow_none=True)


class WhySchema(Strict):
    grounds = fields.List(fields.Nested(GroundSchema), required=True)
    remarks = fields.List(
        fields.String(metadata={"enum": list(REMARKS)}),
        required=True,
        metadata={"description": "What no table said: the model or a person did."},
    )
    unsure = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "Per cent: how sure it is what the opening message is about, where it is not."
        },
    )


@blueprint.get("/tasks/<id:task_id>/why", tags=["Tasks"])
@scoped("tasks:read")
@blueprint.response(200, WhySchema, example=examples.WHY)
def get_task_why(task_id: int) -> Why:
    """Which decisions brought a task to its team, its urgency and its time."""
    with engine().read(visitor().login) as look:
        return why.of_task(look, access.must_see_task(look, task_id, api=True), language())


@blueprint.get("/incidents/<id:incident_id>/why", tags=["Incidents"])
@scoped("incidents:read")
@blueprint.response(200, WhySchema, example=examples.WHY)
def get_incident_why(incident_id: int) -> Why:
    """Which decision brought an exception to who settles it."""
    with engine().read(visitor().login) as look:
        return why.of_incident(look, access.must_see_incident(look, incident_id, api=True), language())


@blueprint.get("/cases/<case:case_id>/why", tags=["Cases"])
@scoped("cases:read")
@blueprint.response(200, WhySchema, example=examples.WHY)
def get_case_why(case_id: int) -> Why:
    """Which decisions steered a case, and those that its process has made."""
    with engine().read(visitor().login) as look:
        return why.of_case(look, access.must_see(look, case_id, api=True), language())

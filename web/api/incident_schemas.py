"""Incidents as requests and answers have them."""

from marshmallow import fields

from cpm.commands.resolvable import OUTCOMES
from cpm.model import IncidentState, Origin, Remedy
from cpm.queries import incident_list
from web.api.fields import CaseNumber, Data, Flag, Free, Moment, Strict, Text, Word
from web.api.journal import EntrySchema
from web.api.paging import PagedQuery, PageSchema


class IncidentSchema(Strict):
    id = fields.Integer(required=True)
    title = fields.String(required=True)
    case = fields.String(required=True, metadata={"description": "The case's number."})
    customer = fields.String(required=True)
    team = fields.String(required=True)
    assignee = fields.String(required=True, allow_none=True)
    severity = fields.String(required=True)
    code = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in IncidentState]})
    raised = Moment(required=True)
    due = Moment(required=True)
    overdue = fields.Boolean(required=True)
    auto_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "When the engine tries it again by itself, or has tried."},
    )


class IncidentPageSchema(PageSchema):
    items = fields.List(fields.Nested(IncidentSchema), required=True)


class RemedySchema(Strict):
    remedy = fields.String(required=True, metadata={"enum": [remedy.value for remedy in Remedy]})
    words = fields.String(required=True, metadata={"description": "What it will do."})


class AskedSchema(Strict):
    task = fields.Integer(required=True)
    title = fields.String(required=True)
    team = fields.String(required=True)
    state = fields.String(required=True)
    answer = fields.String(required=True, allow_none=True)


class IncidentDetailsSchema(Strict):
    incident = fields.Nested(IncidentSchema, required=True)
    task = fields.Integer(required=True)
    step = fields.String(required=True, allow_none=True)
    origin = fields.String(required=True, metadata={"enum": [origin.value for origin in Origin]})
    what = fields.String(required=True, metadata={"description": "In words of every day."})
    message = fields.String(required=True, metadata={"description": "As it was reported."})
    facts = Data(required=True, metadata={"description": "What the failed call was given."})
    correctable = Data(required=True, metadata={"description": "Variables that stand behind the facts."})
    rule = fields.String(required=True, metadata={"description": "The rule that says whose it is."})
    remedies = fields.List(fields.Nested(RemedySchema), required=True)
    asked = fields.List(fields.Nested(AskedSchema), required=True)
    documents = fields.List(fields.String(), required=True)
    resolved_by = fields.String(required=True, allow_none=True)
    resolution = Free(required=True, metadata={"type": ["object", "null"]})


class IncidentQuery(PagedQuery):
    case = CaseNumber()
    team = Text(100)
    severity = Text(100)
    code = Text(200)
    state = fields.Enum(IncidentState, by_value=True, load_default=IncidentState.OPEN)
    overdue = Flag()
    sort = Word(incident_list.SORTS, load_default="due")


class ResolutionSchema(Strict):
    remedy = fields.Enum(Remedy, by_value=True, required=True)
    note = Text(10_000, empty=True, load_default="", metadata={"description": "Why; most remedies need one."})
    data = Data(
        load_default=dict,
        metadata={"description": "Variables put right (correct) or found by hand (supply)."},
    )
    team = Text(
        100, allow_none=True, load_default=None, metadata={"description": "Who takes over (handover)."}
    )
    outcome = Word(OUTCOMES, load_default="handed_over", metadata={"description": "How the case ends (end)."})
    to = Text(
        200,
        allow_none=True,
        load_default=None,
        metadata={"description": "The element at which it goes on (move)."},
    )


class PreviewSchema(Strict):
    entries = fields.List(
        fields.Nested(EntrySchema), required=True, metadata={"description": "What the journal would say."}
    )

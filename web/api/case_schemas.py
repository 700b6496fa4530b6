"""One case whole, as answers have it."""

from marshmallow import fields

from cpm.model import CaseState
from web.api.fields import Data, Moment, Strict
from web.api.incident_schemas import IncidentSchema
from web.api.task_schemas import TaskSchema


class SuspensionSchema(Strict):
    of = fields.String(required=True, metadata={"enum": ["case", "definition", "jobs"]})
    key = fields.String(
        required=True, metadata={"description": "The case's number, the process, or the kind of jobs."}
    )
    version = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Of the process; null for each."}
    )
    since = Moment(required=True)
    by = fields.String(required=True)
    why = fields.String(required=True)


class CaseSchema(Strict):
    case = fields.String(required=True, metadata={"description": "Its number."})
    subject = fields.String(required=True)
    customer = fields.String(required=True)
    process = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in CaseState]})
    outcome = fields.String(required=True, allow_none=True)
    team = fields.String(required=True, allow_none=True)
    priority = fields.Integer(required=True)
    due = Moment(required=True, allow_none=True)
    paused = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "Since when the due time stands still: the customer has to answer."},
    )
    first_answer = Moment(
        required=True, allow_none=True, metadata={"description": "Until when a first answer was promised."}
    )
    opened = Moment(required=True)
    closed = Moment(required=True, allow_none=True)
    business_key = fields.String(
        required=True, allow_none=True, metadata={"description": "Of the message that opened it."}
    )


class WaitingSchema(Strict):
    kind = fields.String(required=True)
    step = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    at = Moment(required=True, allow_none=True)
    attempts = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)


class MessageLineSchema(Strict):
    id = fields.Integer(required=True)
    at = Moment(required=True)
    direction = fields.String(required=True)
    channel = fields.String(required=True)
    sender = fields.String(required=True)
    recipients = fields.List(fields.String(), required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    automatic = fields.String(required=True, allow_none=True)


class DocumentSchema(Strict):
    name = fields.String(required=True)
    media_type = fields.String(required=True)
    bytes = fields.Integer(required=True)
    added = Moment(required=True)
    added_by = fields.String(required=True)


class CaseDetailsSchema(Strict):
    case = fields.Nested(CaseSchema, required=True)
    earlier = fields.String(
        required=True, allow_none=True, metadata={"description": "The closed case that this one follows."}
    )
    addresses = fields.List(fields.String(), required=True)
    tasks = fields.List(fields.Nested(TaskSchema), required=True)
    waiting = fields.List(fields.Nested(WaitingSchema), required=True)
    incidents = fields.List(fields.Nested(IncidentSchema), required=True)
    messages = fields.List(fields.Nested(MessageLineSchema), required=True)
    documents = fields.List(fields.Nested(DocumentSchema), required=True)
    data = Data(required=True, metadata={"description": "The case's own variables."})
    suspensions = fields.List(
        fields.Nested(SuspensionSchema),
        required=True,
        metadata={"description": "By which it stands still; empty: it goes on."},
    )

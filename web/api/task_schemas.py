"""Tasks as requests and answers have them."""

from marshmallow import fields

from cpm.model import TaskKind, TaskState
from cpm.queries import guidance, task_list
from web.api.choice_schemas import ChoosingSchema
from web.api.fields import CaseNumber, Data, Flag, Free, Moment, Strict, Text, Word
from web.api.paging import PagedQuery, PageSchema


class TaskSchema(Strict):
    id = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in TaskKind]})
    title = fields.String(required=True)
    case = fields.String(required=True, metadata={"description": "The case's number."})
    subject = fields.String(required=True)
    customer = fields.String(required=True)
    team = fields.String(required=True)
    assignee = fields.String(
        required=True, allow_none=True, metadata={"description": "Login of who holds it."}
    )
    state = fields.String(required=True, metadata={"enum": [state.value for state in TaskState]})
    priority = fields.Integer(required=True, metadata={"description": "0 to 100, more is sooner."})
    due = Moment(required=True, allow_none=True)
    overdue = fields.Boolean(required=True)
    incident = fields.Integer(required=True, allow_none=True)


class TaskPageSchema(PageSchema):
    items = fields.List(fields.Nested(TaskSchema), required=True)


class SaidSchema(Strict):
    at = Moment(required=True)
    sender = fields.String(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)


class SpecialCaseSchema(Strict):
    kind = fields.String(required=True)
    words = fields.String(required=True)


class HandedSchema(Strict):
    by = fields.String(required=True, metadata={"description": "Login of who handed it over last."})
    note = fields.String(required=True, allow_none=True)


class TaskDetailsSchema(Strict):
    task = fields.Nested(TaskSchema, required=True)
    process = fields.String(required=True)
    say = fields.String(required=True, allow_none=True, metadata={"description": "To the customer."})
    do = fields.String(required=True, allow_none=True)
    done = fields.String(required=True, allow_none=True, metadata={"description": "When the step is done."})
    fields_ = fields.List(
        Free(metadata={"type": "object"}),
        required=True,
        data_key="fields",
        metadata={"description": "Of its form; `key` is the name in the completion's data."},
    )
    messages = fields.List(fields.Nested(SaidSchema), required=True)
    special_cases = fields.List(fields.Nested(SpecialCaseSchema), required=True)
    choosing = fields.Nested(
        ChoosingSchema,
        required=True,
        allow_none=True,
        metadata={"description": "What is offered, for a task at which the next step is chosen."},
    )
    handed_over = fields.Nested(HandedSchema, required=True, allow_none=True)


class AdvisedBySchema(Strict):
    decision = fields.String(required=True)
    version = fields.Integer(required=True)
    facts = Data(required=True, metadata={"description": "That it looked at and that are known."})


class TipSchema(Strict):
    tone = fields.String(required=True, metadata={"enum": list(guidance.TONES)})
    text = fields.String(required=True)
    row = fields.Integer(required=True, metadata={"description": "Of the table."})
    by = fields.Nested(AdvisedBySchema, required=True)


class ActionSchema(Strict):
    kind = fields.String(
        required=True,
        metadata={"enum": list(guidance.KINDS), "description": "`queued`: before the case is wrapped up."},
    )
    action = fields.String(required=True)
    title = fields.String(required=True)
    reason = fields.String(required=True)
    row = fields.Integer(required=True)
    case = fields.String(
        required=True, allow_none=True, metadata={"description": "The number of the case that it is about."}
    )
    process = fields.String(
        required=True, allow_none=True, metadata={"description": "The process that it starts."}
    )
    by = fields.Nested(AdvisedBySchema, required=True)


class GuidanceSchema(Strict):
    tip = fields.Nested(TipSchema, required=True, allow_none=True)
    actions = fields.List(
        fields.Nested(ActionSchema), required=True, metadata={"description": "Queued before suggested."}
    )


class HitSchema(Strict):
    value = fields.String(required=True, metadata={"description": "To be handed in."})
    label = fields.String(required=True)
    facts = Data(required=True, metadata={"description": "What is known of it, by name."})


class LookupSchema(Strict):
    hits = fields.List(fields.Nested(HitSchema), required=True, metadata={"description": "The best first."})
    note = fields.String(
        required=True,
        metadata={
            "description": "Such as that they come from a copy, or that the ERP does not answer; or empty."
        },
    )


class LookupQuery(Strict):
    q = Text(200, required=True, metadata={"description": "Words, or a part of one."})
    wanted_on = fields.Date(
        metadata={"description": "Of products: the day on which they are wanted; without it, today."}
    )


class TaskQuery(PagedQuery):
    case = CaseNumber()
    team = Text(100)
    assignee = Text(100, metadata={"description": "A login; `me` is the token's user."})
    kind = fields.Enum(TaskKind, by_value=True)
    state = fields.Enum(TaskState, by_value=True, metadata={"description": "Without it, all open tasks."})
    overdue = Flag()
    sort = Word(task_list.SORTS, load_default="urgency")


class CompletionSchema(Strict):
    data = Data(load_default=dict, metadata={"description": "The form's fields by key."})


class EscalationSchema(Strict):
    team = Text(100, required=True, metadata={"description": "The key of the team that is to take it."})
    note = Text(2_000, required=True, metadata={"description": "What is wanted of them."})


class HandoverSchema(Strict):
    to = Text(100, load_default=None, metadata={"description": "Login of the colleague who is to have it."})
    team = Text(
        100, load_default=None, metadata={"description": "Or the key of the team that is to take it."}
    )
    note = Text(2_000, load_default="", metadata={"description": "What whoever goes on with it reads there."})


class ParkSchema(Strict):
    until = Moment(required=True, metadata={"description": "Within a year from now."})
    reason = Text(1_000, required=True)

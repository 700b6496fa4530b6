"""Choices in an ad-hoc subprocess as requests and answers have them."""

from marshmallow import fields

from web.api.fields import Data, Flag, Moment, Strict, Text, Whole


class OfferSchema(Strict):
    element = fields.String(required=True, metadata={"description": "What to send to choose it."})
    name = fields.String(required=True)
    hint = fields.String(required=True, allow_none=True)
    automatic = fields.Boolean(required=True, metadata={"description": "It happens as soon as it is chosen."})
    done = fields.Integer(required=True, metadata={"description": "How often so far."})
    last = Moment(required=True, allow_none=True, metadata={"description": "When it was done last."})
    suggested = fields.String(
        required=True, allow_none=True, metadata={"description": "Why it suggests itself, if it does."}
    )


class RunningSchema(Strict):
    element = fields.String(required=True)
    name = fields.String(required=True)
    times = fields.Integer(required=True)


class ChoosingSchema(Strict):
    seen = fields.Integer(
        required=True, metadata={"description": "Send it with a choice, so that an old page chooses nothing."}
    )
    offers = fields.List(fields.Nested(OfferSchema), required=True)
    can_end = fields.Boolean(required=True, metadata={"description": "False: its condition ends it."})
    cancels = fields.Boolean(required=True, metadata={"description": "To end it cancels what runs."})
    running = fields.List(fields.Nested(RunningSchema), required=True)
    open_tasks = fields.List(
        fields.Integer(), required=True, metadata={"description": "Numbers of people's tasks in it."}
    )


_SEEN = {"description": "As the task had it; 409 if something was chosen since."}


class ChoiceSchema(Strict):
    element = Text(255, required=True, metadata={"description": "One of the offers."})
    seen = Whole(least=0, metadata=_SEEN)
    variables = Data(
        load_default=dict, metadata={"description": "For the step that is chosen and what follows it."}
    )


class ChoiceEndSchema(Strict):
    seen = Whole(least=0, metadata=_SEEN)
    cancel_running = Flag(
        load_default=False, metadata={"description": "Without it, 409 if that would cancel something."}
    )

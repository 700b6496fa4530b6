"""What is to be done later for a case, and the calls about it."""

from typing import Any

from marshmallow import fields

from cpm.commands import follow_ups
from cpm.model import TaskState
from cpm.queries import access, talks
from cpm.queries import follow_ups as queries
from cpm.uow import UnitOfWork
from web.api.blueprint import blueprint, scoped
from web.api.fields import Moment, Strict, Text
from web.api.keyed import command
from web.here import engine
from web.visitor import visitor

TAGS = ["Cases"]
_LATER = {
    "task": 12,
    "what": "Ask whether the boiler came",
    "call": "+492214710101",
    "due": "2026-03-02T15:00:00Z",
    "state": "claimed",
    "assignee": "Anna",
    "asked_by": "Anna",
    "asked_at": "2026-03-02T08:00:00Z",
    "answer": None,
}
_CALL = {
    "id": 3,
    "at": "2026-03-02T08:00:00Z",
    "state": "over",
    "outward": False,
    "number": "+492214710101",
    "customer": "Mara Beispiel",
    "who": "Anna",
}


class FollowUpSchema(Strict):
    task = fields.Integer(required=True, metadata={"description": "Complete it with a note."})
    what = fields.String(required=True)
    call = fields.String(required=True, allow_none=True, metadata={"description": "The number to call."})
    due = Moment(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in TaskState]})
    assignee = fields.String(required=True, allow_none=True, metadata={"description": "By name."})
    asked_by = fields.String(required=True, metadata={"description": "By name."})
    asked_at = Moment(required=True)
    answer = fields.String(required=True, allow_none=True)


class FollowUpsSchema(Strict):
    follow_ups = fields.List(
        fields.Nested(FollowUpSchema), required=True, metadata={"description": "Newest first."}
    )


class NewFollowUpSchema(Strict):
    what = Text(500, required=True)
    due = Moment(required=True)
    call = Text(50, allow_none=True, load_default=None, metadata={"description": "The number to call."})
    team = Text(
        200, allow_none=True, load_default=None, metadata={"description": "Who does it; null: whoever asks."}
    )


class CallSchema(Strict):
    id = fields.Integer(required=True)
    at = Moment(required=True)
    state = fields.String(required=True, metadata={"enum": ["ringing", "talking", "over", "missed"]})
    outward = fields.Boolean(required=True, metadata={"description": "We called."})
    number = fields.String(required=True, metadata={"description": "Empty: withheld."})
    customer = fields.String(required=True, allow_none=True)
    who = fields.String(required=True, allow_none=True, metadata={"description": "Of us, by name."})


class CallsSchema(Strict):
    calls = fields.List(fields.Nested(CallSchema), required=True, metadata={"description": "Newest first."})


@blueprint.get("/cases/<case:case_id>/follow-ups", tags=TAGS)
@scoped("cases:read")
@blueprint.response(200, FollowUpsSchema, example={"follow_ups": [_LATER]})
def get_follow_ups(case_id: int) -> Any:
    """What was promised for later, such as calls back."""
    with engine().read(visitor().login) as look:
        return {"follow_ups": queries.of_case(look, access.must_see(look, case_id, api=True))}


@blueprint.post("/cases/<case:case_id>/follow-ups", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(
    NewFollowUpSchema, example={name: _LATER[name] for name in ("what", "due", "call")} | {"team": "service"}
)
@command
@blueprint.response(201, FollowUpSchema, example=_LATER)
def ask_for_later(given: dict[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """A task with a due time: of whoever asks, or of a team."""
    access.must_see(uow, case_id, api=True)
    asked = follow_ups.ask(uow, uow.case(case_id), **given)
    uow.session.flush()
    return queries.of_task(uow, asked.task_id)


@blueprint.get("/cases/<case:case_id>/calls", tags=TAGS)
@scoped("cases:read")
@blueprint.response(200, CallsSchema, example={"calls": [_CALL]})
def get_calls(case_id: int) -> Any:
    """The telephone calls that were about a case; what was noted is among its interactions."""
    with engine().read(visitor().login) as look:
        return {"calls": talks.of_case(look, access.must_see(look, case_id, api=True))}

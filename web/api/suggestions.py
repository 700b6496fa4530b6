"""The best path: what is suggested in a case, accepted or declined; wrapping a case up; doing a step again."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from cpm.case_numbers import case_number
from cpm.commands import going_back, suggestions, wrap_ups
from cpm.commands.wrap_ups import Later
from cpm.model import DeclineReason, Suggestion
from cpm.queries import acceptance, access
from cpm.queries import suggestions as shown
from cpm.uow import UnitOfWork
from web.api import suggestion_examples as examples
from web.api.blueprint import blueprint, scoped
from web.api.fields import Moment, Strict, Text, Word
from web.api.keyed import command
from web.here import engine
from web.language import language
from web.visitor import visitor

TAGS = ["Suggestions"]


class SuggestionOfferSchema(Strict):
    action = fields.String(required=True, metadata={"description": "What `accept` and `decline` name."})
    kind = fields.String(
        required=True, metadata={"description": "queued: to be done before the wrap-up; suggested."}
    )
    title = fields.String(required=True)
    reason = fields.String(required=True)
    does = fields.String(required=True, attribute="deed", metadata={"description": "What accepting does."})
    case = fields.String(required=True, allow_none=True)


class SuggestionDecidedSchema(Strict):
    action = fields.String(required=True)
    title = fields.String(required=True)
    accepted = fields.Boolean(required=True)
    who = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    why = fields.String(required=True, allow_none=True)
    case = fields.String(required=True, allow_none=True)
    task = fields.Integer(required=True, allow_none=True)


class SuggestedSchema(Strict):
    open = fields.List(fields.Nested(SuggestionOfferSchema), required=True)
    decided = fields.List(fields.Nested(SuggestionDecidedSchema), required=True)


class AcceptSchema(Strict):
    action = Text(200, required=True)
    email = Text(200, empty=True, load_default="", metadata={"description": "Where accepting keeps one."})


class DeclineSchema(Strict):
    action = Text(200, required=True)
    reason = Word([reason.value for reason in DeclineReason], required=True)
    note = Text(500, empty=True, load_default="")


class SuggestionDecisionSchema(Strict):
    action = fields.String(required=True)
    state = fields.String(required=True)
    case = fields.String(
        required=True, allow_none=True, metadata={"description": "What it opened or linked."}
    )
    task = fields.Integer(required=True, allow_none=True)


class DaysQuery(Strict):
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)


class AcceptanceSchema(Strict):
    process = fields.String(required=True)
    process_name = fields.String(required=True)
    action = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    shown = fields.Integer(required=True)
    accepted = fields.Integer(required=True)
    declined = fields.Integer(required=True)
    passed = fields.Integer(required=True)
    open = fields.Integer(required=True)
    percent = fields.Integer(required=True, allow_none=True)
    reasons = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class AcceptanceListSchema(Strict):
    items = fields.List(fields.Nested(AcceptanceSchema), required=True)


class FollowUpWishSchema(Strict):
    what = Text(500, required=True)
    due = Moment(required=True)
    call = Text(50, allow_none=True, load_default=None, metadata={"description": "The number to call back."})


class WrapUpSchema(Strict):
    key = Text(100, required=True, metadata={"description": "The same again is the same wrap-up."})
    outcome = Text(100, required=True)
    reason = Text(100, required=True)
    summary = Text(2000, empty=True, load_default="")
    follow_up = fields.Nested(FollowUpWishSchema, allow_none=True, load_default=None)


class WrappedUpSchema(Strict):
    id = fields.Integer(required=True)
    case = fields.String(required=True)
    outcome = fields.String(required=True)
    reason = fields.String(required=True)
    summary = fields.String(required=True)
    by = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    task = fields.Integer(required=True, allow_none=True)


class AgainSchema(Strict):
    why = Text(10_000, required=True)


class BegunSchema(Strict):
    task = fields.Integer(required=True)
    case = fields.String(required=True)
    element = fields.String(required=True)
    state = fields.String(required=True)


@blueprint.get("/cases/<case:case_id>/suggestions", tags=TAGS)
@scoped("cases:read")
@blueprint.response(200, SuggestedSchema, example=examples.OFFERED)
def get_suggestions(case_id: int) -> Any:
    """What may be accepted or declined now, and what was decided."""
    with engine().read(visitor().login) as look:
        access.must_see(look, case_id, api=True)
        offers, decided = shown.of_view(look, case_id, language())
        return {"open": offers, "decided": decided}


@blueprint.post("/cases/<case:case_id>/suggestions/accept", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(AcceptSchema, example=examples.ACCEPT)
@command
@blueprint.response(200, SuggestionDecisionSchema, example=examples.DECISION)
def accept_suggestion(given: Mapping[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """It is done, all of it or nothing; again changes nothing. 409 if it is not suggested, or no longer."""
    return _told(suggestions.accept(uow, case_id, given["action"], given={"email": given["email"]}))


@blueprint.post("/cases/<case:case_id>/suggestions/decline", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(DeclineSchema, example=examples.DECLINE)
@command
@blueprint.response(200, SuggestionDecisionSchema, example={**examples.DECISION, "state": "declined"})
def decline_suggestion(given: Mapping[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """It will not be done; `other` wants a note."""
    return _told(suggestions.decline(uow, case_id, **given))


@blueprint.get("/suggestions/rates", tags=TAGS)
@scoped("cases:read")
@blueprint.arguments(DaysQuery, location="query")
@blueprint.response(200, AcceptanceListSchema, example=examples.RATES)
def list_rates(query: Mapping[str, Any]) -> Any:
    """What became of each action, by process; of what was shown within these days, of cases that the user may see."""
    with engine().read(visitor().login) as look:
        return {"items": acceptance.rates(look, language(), **query, api=True)}


@blueprint.post("/cases/<case:case_id>/wrap-ups", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(WrapUpSchema, example=examples.WRAP_UP)
@command
@blueprint.response(200, WrappedUpSchema, example=examples.WRAPPED_UP)
def wrap_up_case(given: Mapping[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """End the user's work on a case for now. 409 while a queued action is neither accepted nor declined."""
    said = {name: given[name] for name in ("key", "outcome", "reason", "summary")}
    later = Later(**given["follow_up"]) if given["follow_up"] else None
    row = wrap_ups.wrap_up(uow, case_id, **said, later=later)
    about = {name: getattr(row, name) for name in ("id", "outcome", "reason", "summary", "by", "at")}
    return {**about, "case": case_number(row.case_id), "task": row.task_id}


@blueprint.post("/tasks/<id:task_id>/again", tags=TAGS)
@scoped("tasks:write")
@blueprint.arguments(AgainSchema, example=examples.AGAIN)
@command
@blueprint.response(200, BegunSchema, example=examples.BEGUN)
def do_again(given: Mapping[str, Any], task_id: int, uow: UnitOfWork) -> Any:
    """Go back to a step that is done, where its model allows it (`cpm:again`); what stands behind it is taken away."""
    made = going_back.again(uow, task_id, why=given["why"])
    return {"task": made.id, "case": made.case.number, "element": made.element, "state": made.state}


def _told(row: Suggestion) -> Mapping[str, Any]:
    case = case_number(row.made_case_id) if row.made_case_id else None
    return {"action": row.action, "state": row.state, "case": case, "task": row.made_task_id}

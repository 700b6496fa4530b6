"""What the standard path did not foresee: listed, looked at, rehearsed, settled."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from cpm.commands import resolutions
from cpm.model import IncidentState, Origin, Remedy
from cpm.queries import access, incident_list, incidents, journal
from cpm.queries.incident_list import IncidentSearch
from cpm.queries.incidents import IncidentView
from cpm.uow import UnitOfWork
from web.api import examples, paging
from web.api.blueprint import blueprint, scoped
from web.api.fields import CaseNumber, Data, Flag, Free, Moment, Strict, Text, Word
from web.api.journal import EntrySchema
from web.api.keyed import command
from web.api.paging import PagedQuery, PageSchema, paged, window
from web.here import engine
from web.language import language
from web.visitor import visitor

TAGS = ["Incidents"]


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
    outcome = Word(
        resolutions.OUTCOMES, load_default="handed_over", metadata={"description": "How the case ends (end)."}
    )


class PreviewSchema(Strict):
    entries = fields.List(
        fields.Nested(EntrySchema), required=True, metadata={"description": "What the journal would say."}
    )


@blueprint.get("/incidents", tags=TAGS)
@scoped("incidents:read")
@blueprint.arguments(IncidentQuery, location="query")
@blueprint.response(200, IncidentPageSchema, headers=paging.HEADERS, example=examples.INCIDENT_PAGE)
def list_incidents(query: dict[str, Any]) -> Any:
    """Incidents, the most urgent first; open ones unless another state is asked for."""
    offset, limit = window(query)
    with engine().read(visitor().login) as look:
        search = IncidentSearch(**query)
        found = incident_list.page(look, search, offset=offset, limit=limit, language=language())
    return paged(found.items, found.total, offset, limit)


@blueprint.get("/incidents/<id:incident_id>", tags=TAGS)
@scoped("incidents:read")
@blueprint.response(200, IncidentDetailsSchema, example=examples.INCIDENT_DETAILS)
def get_incident(incident_id: int) -> Any:
    """One incident with the remedies it offers."""
    with engine().read(visitor().login) as look:
        access.must_see_incident(look, incident_id, api=True)
        return _details(incidents.view(look, incident_id, language()))


@blueprint.put("/incidents/<id:incident_id>/resolution", tags=TAGS)
@scoped("incidents:write")
@blueprint.arguments(ResolutionSchema, example=examples.RESOLUTION)
@command
@blueprint.response(200, IncidentDetailsSchema, example=examples.INCIDENT_DETAILS)
def resolve_incident(given: dict[str, Any], incident_id: int, uow: UnitOfWork) -> Any:
    """Settle an incident with one of its remedies; its process goes on.

    403 unless the token's user is in the incident's team or a supervisor; 409 if somebody else was faster.
    """
    access.must_see_incident(uow, incident_id, api=True)
    resolutions.resolve(uow, incident_id, **given)
    return _details(incidents.view(uow, incident_id, language()))


@blueprint.post("/incidents/<id:incident_id>/preview", tags=TAGS)
@scoped("incidents:write")
@blueprint.arguments(ResolutionSchema, example=examples.RESOLUTION)
@blueprint.response(200, PreviewSchema, example=examples.PREVIEW)
def preview_resolution(given: dict[str, Any], incident_id: int) -> Any:
    """What a resolution would do, without doing it."""
    with engine().rehearse(visitor().login) as uow:
        access.must_see_incident(uow, incident_id, api=True)
        done = resolutions.resolve(uow, incident_id, **given)
        return {"entries": journal.told(uow, done.case, uow.journal, language())}


def _details(view: IncidentView) -> Mapping[str, Any]:
    names = [name for name in IncidentDetailsSchema().fields if name != "remedies"]
    remedies = [{"remedy": remedy, "words": words} for remedy, words in view.remedies]
    return {**{name: getattr(view, name) for name in names}, "remedies": remedies}

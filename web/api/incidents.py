"""What the standard path did not foresee: listed, looked at, rehearsed, settled."""

from collections.abc import Mapping
from typing import Any

from cpm.commands import resolutions
from cpm.queries import access, incident_list, incidents, journal
from cpm.queries.incident_list import IncidentSearch
from cpm.queries.incidents import IncidentView
from cpm.uow import UnitOfWork
from web import assent
from web.api import examples, paging
from web.api.blueprint import blueprint, scoped
from web.api.incident_schemas import (
    IncidentDetailsSchema,
    IncidentPageSchema,
    IncidentQuery,
    PreviewSchema,
    ResolutionSchema,
)
from web.api.keyed import command
from web.api.paging import paged, window
from web.here import engine
from web.language import language
from web.visitor import visitor

TAGS = ["Incidents"]


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
    with engine().rehearse(visitor().login, assent.of_headers()) as uow:
        access.must_see_incident(uow, incident_id, api=True)
        done = resolutions.resolve(uow, incident_id, **given)
        return {"entries": journal.told(uow, done.case, uow.journal, language())}


def _details(view: IncidentView) -> Mapping[str, Any]:
    names = [name for name in IncidentDetailsSchema().fields if name != "remedies"]
    remedies = [{"remedy": remedy, "words": words} for remedy, words in view.remedies]
    return {**{name: getattr(view, name) for name in names}, "remedies": remedies}

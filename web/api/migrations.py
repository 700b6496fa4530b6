"""Running cases to another version of their process: proposed, tried at all of them as a batch, and one by one."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from marshmallow import fields, validate

from cpm.commands import batches as bulk
from cpm.commands import migration_plans, migrations
from cpm.model import Case, Definition, MigrationPlan
from cpm.queries import access, migrating
from cpm.queries.targets import Targets
from cpm.uow import UnitOfWork
from web.api import batch_examples as examples
from web.api.batches import BatchSchema, shown
from web.api.blueprint import blueprint, scoped
from web.api.fields import Moment, Strict, Text, Whole
from web.api.keyed import command
from web.here import engine
from web.language import language
from web.visitor import visitor

TAGS = ["Migrations"]
_ID = 300  # characters: of an element, a called process before it


class MappingSchema(Strict):
    elements = fields.Dict(
        keys=Text(_ID),
        values=Text(_ID, allow_none=True),
        required=True,
        metadata={"description": "Of the old version, and what each becomes; null: nothing."},
    )
    flows = fields.Dict(keys=Text(_ID), values=Text(_ID), load_default=dict)
    anew = fields.List(
        Text(_ID),
        load_default=list,
        metadata={"description": "Elements at which due times and the like are settled anew."},
    )
    forgotten = fields.List(
        Text(_ID),
        load_default=list,
        metadata={"description": "Elements done and undoable of which that is forgotten."},
    )


class PlanSchema(MappingSchema):
    source = Whole(required=True, most=10**9, data_key="from")


class DoubtSchema(Strict):
    element = fields.String(required=True)
    why = fields.String(required=True)


class DifferenceSchema(Strict):
    what = fields.String(
        required=True, validate=validate.OneOf(["added", "removed", "renamed", "moved", "changed"])
    )
    element = fields.String(
        required=True, allow_none=True, metadata={"description": "Of the old version; null if it is new."}
    )
    target = fields.String(
        required=True, allow_none=True, metadata={"description": "Of the new version; null if it is gone."}
    )
    name = fields.String(required=True)
    aspect = fields.String(
        required=True, metadata={"description": "What of it is changed, such as `timer`; else empty."}
    )
    told = fields.String(required=True)
    keeps = fields.String(
        required=True, allow_none=True, metadata={"description": "What that means for running cases."}
    )


class ProposedSchema(PlanSchema):
    doubts = fields.List(fields.Nested(DoubtSchema), required=True)
    differences = fields.List(fields.Nested(DifferenceSchema), required=True)
    problems = fields.List(fields.String(), required=True)


class ProposalSchema(Strict):
    process = fields.String(required=True)
    to = fields.Integer(required=True)
    plans = fields.List(fields.Nested(ProposedSchema), required=True)


class ProposalQuery(Strict):
    process = Text(200, required=True)
    source = Whole(strict=False, required=True, most=10**9, data_key="from")
    to = Whole(strict=False, required=True, most=10**9)


class NewMigrationSchema(Strict):
    process = Text(200, required=True)
    to = Whole(required=True, most=10**9)
    plans = fields.List(fields.Nested(PlanSchema), required=True)
    numbers = fields.List(Text(30), load_default=list, metadata={"description": "Only these cases."})
    why = Text(1_000, required=True)


class OneMigrationSchema(Strict):
    to = Whole(required=True, most=10**9)
    plan = fields.Nested(
        MappingSchema, allow_none=True, load_default=None, metadata={"description": "None: as proposed."}
    )
    why = Text(1_000, required=True)


class WayBackSchema(Strict):
    why = Text(1_000, required=True)


class OnVersionSchema(Strict):
    number = fields.String(required=True)
    process = fields.String(required=True)
    version = fields.Integer(required=True)


class KeptSchema(PlanSchema):
    id = fields.Integer(required=True)
    process = fields.String(required=True)
    to = fields.Integer(required=True)
    made_at = Moment(required=True)
    made_by = fields.String(required=True)


@blueprint.get("/migrations/proposal", tags=TAGS)
@scoped("batches:read")
@blueprint.arguments(ProposalQuery, location="query")
@blueprint.response(200, ProposalSchema, example=examples.PROPOSAL)
def propose_mapping(query: Mapping[str, Any]) -> Any:
    """What becomes of each element, by comparing both versions, and what is different; `doubts` are guesses to look at."""
    with engine().read(visitor().login) as look:
        found = migration_plans.proposal(look, query["process"], query["source"], query["to"])
    english = language() == "en"
    doubts = [
        {"element": each.element, "why": each.reason.english if english else each.reason.german}
        for each in found.plan.doubts
    ]
    plan = {
        "source": query["source"],
        **migration_plans.plain(found.plan),
        "doubts": doubts,
        "differences": migrating.different(found.old, found.new, found.plan, language()),
        "problems": [said if english else gesagt for gesagt, said in found.problems],
    }
    return {"process": query["process"], "to": query["to"], "plans": [plan]}


@blueprint.post("/migrations", tags=TAGS)
@scoped("batches:write")
@blueprint.arguments(NewMigrationSchema, example=examples.MIGRATE)
@command
@blueprint.response(201, BatchSchema, example=examples.BATCH)
def propose_migration(given: Mapping[str, Any], uow: UnitOfWork) -> Any:
    """The dry run over all running cases of these versions, as a batch; `POST /batches/{id}/start` migrates those that can."""
    plans = [{"from": plan["source"], **plan} for plan in given["plans"]]
    versions = tuple(plan["from"] for plan in plans)
    chosen = Targets(given["process"], versions, numbers=tuple(given["numbers"]))
    options = {"process": given["process"], "to": given["to"], "plans": plans}
    made = bulk.propose(uow, "migrate", chosen, options, why=given["why"])
    return shown(uow, made.id), {"Location": url_for("api.get_batch", batch_id=made.id)}


@blueprint.get("/migrations/plans/<id:plan_id>", tags=TAGS)
@scoped("batches:read")
@blueprint.response(200, KeptSchema, example=examples.KEPT)
def get_migration_plan(plan_id: int) -> Any:
    """A plan as it was used: the journal of each case names it."""
    with engine().read(visitor().login) as look:
        row = look.get(MigrationPlan, plan_id)
        old, new = look.get(Definition, row.from_id), look.get(Definition, row.to_id)
        about = {"id": row.id, "process": new.key, "source": old.version, "to": new.version}
        return {**about, "made_at": row.made_at, "made_by": row.made_by, **migration_plans.plain(row.plan)}


@blueprint.post("/cases/<case:case_id>/migration", tags=TAGS)
@scoped("batches:write")
@blueprint.arguments(OneMigrationSchema, example=examples.MIGRATE_CASE)
@command
@blueprint.response(200, OnVersionSchema, example=examples.ON_VERSION)
def migrate_case(given: Mapping[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """Take one case to another version; 409 says what of it has no place there."""
    case = uow.get(Case, case_id)
    access.must_reach(uow, case)
    source = uow.get(Definition, case.definition_id).version
    proposed = migration_plans.proposal(uow, case.process, source, given["to"], given["plan"])
    migrations.migrate(uow, case_id, migration_plans.keep(uow, proposed), why=given["why"])
    return _version(uow, case_id)


@blueprint.post("/cases/<case:case_id>/migration/back", tags=TAGS)
@scoped("batches:write")
@blueprint.arguments(WayBackSchema, example=examples.BACK)
@command
@blueprint.response(200, OnVersionSchema, example=examples.ON_VERSION)
def migrate_case_back(given: Mapping[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """Take one case back to the version it came from."""
    access.must_reach(uow, uow.get(Case, case_id))
    migrations.back(uow, case_id, why=given["why"])
    return _version(uow, case_id)


def _version(uow: UnitOfWork, case_id: int) -> dict[str, Any]:
    case = uow.get(Case, case_id)
    return {
        "number": case.number,
        "process": case.process,
        "version": uow.get(Definition, case.definition_id).version,
    }

"""One act on many cases: proposed with a dry run, started, stopped, tried again; with what became of each case."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from marshmallow import fields

from cpm.commands import batches as commands
from cpm.commands.bulk_kinds import KINDS
from cpm.model import BatchState, ItemState
from cpm.queries import batches
from cpm.queries.batches import BatchView
from cpm.queries.pages import Count
from cpm.queries.targets import MOST_NAMED, Targets
from cpm.uow import UnitOfWork
from web.api import batch_examples as examples
from web.api import paging
from web.api.blueprint import blueprint, scoped
from web.api.fields import Data, Moment, Strict, Text, Whole, Word
from web.api.keyed import command
from web.api.paging import LARGEST, PagedQuery, PageSchema, paged, window
from web.here import engine
from web.language import language
from web.visitor import visitor

TAGS = ["Batches"]


class CountedReasonSchema(Strict):
    state = fields.String(required=True, metadata={"enum": [state.value for state in ItemState]})
    count = fields.Integer(required=True)
    sentence = fields.String(required=True, metadata={"description": "In the words of one of these cases."})


class BatchSchema(Strict):
    id = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"enum": list(KINDS)})
    state = fields.String(required=True, metadata={"enum": [state.value for state in BatchState]})
    why = fields.String(required=True)
    created_at = Moment(required=True)
    created_by = fields.String(required=True)
    started_at = Moment(required=True, allow_none=True)
    started_by = fields.String(required=True, allow_none=True)
    finished_at = Moment(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True, metadata={"description": "Its cases, as far as they are listed."})
    unseen = fields.Integer(
        required=True, metadata={"description": "Cases left out: whoever proposed it may not see them."}
    )
    counts = fields.Dict(
        keys=fields.String(), values=fields.Integer(), required=True, metadata={"description": "By state."}
    )
    reasons = fields.List(fields.Nested(CountedReasonSchema), required=True)


class BatchPageSchema(PageSchema):
    items = fields.List(fields.Nested(BatchSchema), required=True)


class TargetsSchema(Strict):
    """All that is said must hold."""

    process = Text(200, allow_none=True, load_default=None)
    versions = fields.List(Whole(most=10**9), load_default=list, metadata={"description": "Of the process."})
    element = Text(200, allow_none=True, load_default=None)
    search = Text(2_000, empty=True, load_default="", metadata={"description": "Filters as of GET /cases."})
    view = Text(200, allow_none=True, load_default=None, metadata={"description": "A list that is kept."})
    numbers = fields.List(Text(30), load_default=list, metadata={"description": f"At most {MOST_NAMED}."})
    done_in = Whole(
        allow_none=True, load_default=None, metadata={"description": "The cases that this batch has done."}
    )


class NewBatchSchema(Strict):
    kind = Word(list(KINDS), required=True)
    targets = fields.Nested(TargetsSchema, required=True)
    options = Data(load_default=dict, metadata={"description": "Of the kind; `data` of set_variables."})
    why = Text(1_000, required=True)


class StartSchema(Strict):
    chosen = fields.List(
        Text(30),
        load_default=list,
        data_key="only",
        metadata={"description": "Case numbers; none: every case that can."},
    )


class ItemSchema(Strict):
    case = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in ItemState]})
    why = fields.String(required=True, allow_none=True)
    at = Moment(required=True, allow_none=True)


class ItemsSchema(Strict):
    items = fields.List(fields.Nested(ItemSchema), required=True)
    after = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Hand it in for the next; none: no more."}
    )


class ItemsQuery(Strict):
    state = Word([state.value for state in ItemState])
    after = Whole(strict=False, least=0, load_default=0)
    page_size = Whole(strict=False, most=LARGEST, load_default=50)


@blueprint.get("/batches", tags=TAGS)
@scoped("batches:read")
@blueprint.arguments(PagedQuery, location="query")
@blueprint.response(200, BatchPageSchema, headers=paging.HEADERS, example=examples.BATCHES)
def list_batches(query: dict[str, Any]) -> Any:
    """The newest first, without their reasons."""
    offset, limit = window(query)
    with engine().read(visitor().login) as look:
        found = batches.page(look, offset=offset, limit=limit, language=language())
        return paged([told(view) for view in found], Count(batches.total(look), more=False), offset, limit)


@blueprint.post("/batches", tags=TAGS)
@scoped("batches:write")
@blueprint.arguments(NewBatchSchema, example=examples.NEW_BATCH)
@command
@blueprint.response(201, BatchSchema, example=examples.BATCH)
def propose_batch(given: Mapping[str, Any], uow: UnitOfWork) -> Any:
    """Have the cases listed and the act tried at each; nothing is done to them before it is started.

    403 unless the token's user may do it to many cases.
    """
    made = commands.propose(uow, given["kind"], targets(given["targets"]), given["options"], why=given["why"])
    return shown(uow, made.id), {"Location": url_for("api.get_batch", batch_id=made.id)}


@blueprint.get("/batches/<id:batch_id>", tags=TAGS)
@scoped("batches:read")
@blueprint.response(200, BatchSchema, example=examples.BATCH)
def get_batch(batch_id: int) -> Any:
    """How far it is, and why cases did not go."""
    with engine().read(visitor().login) as look:
        return shown(look, batch_id)


@blueprint.get("/batches/<id:batch_id>/items", tags=TAGS)
@scoped("batches:read")
@blueprint.arguments(ItemsQuery, location="query")
@blueprint.response(200, ItemsSchema, example=examples.ITEMS)
def list_batch_items(query: dict[str, Any], batch_id: int) -> Any:
    """Its cases with the verdict or the result of each, by number."""
    state = ItemState(query["state"]) if "state" in query else None
    limit = query["page_size"]
    with engine().read(visitor().login) as look:
        batches.view(look, batch_id)
        found = batches.items(
            look, batch_id, state=state, after=query["after"], limit=limit, language=language()
        )
    lines = [{"case": one.case, "state": one.state, "why": one.sentence, "at": one.at} for one in found]
    return {"items": lines, "after": found[-1].id if len(found) == limit else None}


@blueprint.post("/batches/<id:batch_id>/start", tags=TAGS)
@scoped("batches:write")
@blueprint.arguments(StartSchema, example=examples.START)
@command
@blueprint.response(200, BatchSchema, example=examples.BATCH)
def start_batch(given: Mapping[str, Any], batch_id: int, uow: UnitOfWork) -> Any:
    """Do it to every case that can, each in a transaction of its own; 409 unless its dry run is over."""
    commands.start(uow, batch_id, only=given["chosen"])
    return shown(uow, batch_id)


@blueprint.post("/batches/<id:batch_id>/stop", tags=TAGS)
@scoped("batches:write")
@command
@blueprint.response(200, BatchSchema, example=examples.BATCH)
def stop_batch(batch_id: int, uow: UnitOfWork) -> Any:
    """Leave alone what was not begun; what was never started is dropped."""
    commands.stop(uow, batch_id)
    return shown(uow, batch_id)


@blueprint.post("/batches/<id:batch_id>/retry", tags=TAGS)
@scoped("batches:write")
@command
@blueprint.response(200, BatchSchema, example=examples.BATCH)
def retry_batch(batch_id: int, uow: UnitOfWork) -> Any:
    """Once more for the cases that refused or failed, and on with those that a stop left alone."""
    commands.retry(uow, batch_id)
    return shown(uow, batch_id)


def targets(given: Mapping[str, Any]) -> Targets:
    return Targets(**{**given, "versions": tuple(given["versions"]), "numbers": tuple(given["numbers"])})


def shown(uow: UnitOfWork, batch_id: int) -> dict[str, Any]:
    uow.session.flush()
    return told(batches.view(uow, batch_id, language()))


def told(view: BatchView) -> dict[str, Any]:
    names = (
        "id kind state why created_at created_by started_at started_by finished_at error total unseen reasons"
    )
    about = {name: getattr(view, name) for name in names.split()}
    return {**about, "counts": {state.value: count for state, count in view.counts.items()}}

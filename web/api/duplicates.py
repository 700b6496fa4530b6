"""Customers who may be one: the queue, both compared, merged, and two again. Nothing is merged but by a person's word."""

from typing import Any

from cpm.commands import duplicates as commands
from cpm.commands import merging
from cpm.commands.merging import Preview
from cpm.model import Duplicate, Merge
from cpm.queries import customers, duplicates, merges
from cpm.queries.duplicates import DuplicateLine
from cpm.queries.merges import MergeLine, Undoing
from cpm.uow import UnitOfWork
from web.api import duplicate_examples as examples
from web.api import paging
from web.api.blueprint import blueprint, scoped
from web.api.duplicate_schemas import (
    DuplicateSchema,
    DuplicatesQuery,
    DuplicatesSchema,
    MergeCustomerSchema,
    MergeLineSchema,
    MergePreviewSchema,
    MergesSchema,
    MergeUndoingSchema,
)
from web.api.keyed import command
from web.here import engine
from web.visitor import visitor

TAGS = ["Customers"]


@blueprint.get("/duplicates", tags=TAGS)
@scoped("customers:read")
@blueprint.arguments(DuplicatesQuery, location="query")
@blueprint.response(200, DuplicatesSchema, example=examples.DUPLICATES, headers=paging.HEADERS)
def list_duplicates(query: dict[str, Any]) -> Any:
    """Pairs of customers that wait for a person's decision, the likeliest first."""
    offset, limit = paging.window(query)
    with engine().read(visitor().login) as look:
        found = duplicates.queue(look, **query, offset=offset, limit=limit, api=True)
    return paging.paged(found.items, found.total, offset, limit)


@blueprint.post("/duplicates/<id:duplicate_id>/different", tags=TAGS)
@scoped("customers:write")
@command
@blueprint.response(200, DuplicateSchema, example=examples.APART)
def tell_apart(duplicate_id: int, uow: UnitOfWork) -> DuplicateLine:
    """They are two; the pair comes back only if something new speaks for it. 409 if they have been merged."""
    row = uow.get(Duplicate, duplicate_id)
    _must_see(uow, row.one_id, row.other_id)
    return duplicates.line(commands.tell_apart(uow, duplicate_id))


@blueprint.get("/customers/<id:customer_id>/merge/<id:merged_id>", tags=TAGS)
@scoped("customers:read")
@blueprint.response(200, MergePreviewSchema, example=examples.PREVIEW)
def preview_merge(customer_id: int, merged_id: int) -> Preview:
    """Both side by side, and what would come of it if the second went into the first. 409 if one already stands for another."""
    with engine().read(visitor().login) as look:
        _must_see(look, customer_id, merged_id)
        return merging.preview(look, customer_id, merged_id)


@blueprint.post("/customers/<id:customer_id>/merge", tags=TAGS)
@scoped("customers:write")
@blueprint.arguments(MergeCustomerSchema, example=examples.MERGE)
@command
@blueprint.response(201, MergeLineSchema, example=examples.MERGED)
def merge_customer(given: dict[str, Any], customer_id: int, uow: UnitOfWork) -> MergeLine:
    """Another customer goes into this one, with all cases; it can be undone for 30 days. 409 if one has changed since `seen`."""
    merged_id = given.pop("merged_id")
    _must_see(uow, customer_id, merged_id)
    return merges.line(uow, merging.merge(uow, customer_id, merged_id, **given))


@blueprint.get("/customers/<id:customer_id>/merges", tags=TAGS)
@scoped("customers:read")
@blueprint.response(200, MergesSchema, example={"items": [examples.MERGED]})
def get_merges(customer_id: int) -> Any:
    """Who went into this customer, or whom this one went into; also what was undone."""
    with engine().read(visitor().login) as look:
        _must_see(look, customer_id)
        return {"items": merges.listed(look, customer=customer_id)}


@blueprint.get("/customer-merges/<id:merge_id>", tags=TAGS)
@scoped("customers:read")
@blueprint.response(200, MergeUndoingSchema, example=examples.UNDOING)
def get_merge(merge_id: int) -> Undoing:
    """What was merged, and what undoing it would do."""
    with engine().read(visitor().login) as look:
        _of(look, merge_id)
        return merges.undoing(look, merge_id)


@blueprint.post("/customer-merges/<id:merge_id>/undo", tags=TAGS)
@scoped("customers:write")
@command
@blueprint.response(200, MergeLineSchema, example=examples.UNDONE)
def undo_merge(merge_id: int, uow: UnitOfWork) -> MergeLine:
    """What went over comes back; 409 says why it can no longer be done."""
    _of(uow, merge_id)
    return merges.line(uow, merging.unmerge(uow, merge_id))


def _of(look: UnitOfWork, merge_id: int) -> None:
    row = look.get(Merge, merge_id)
    _must_see(look, row.survivor_id, row.merged_id)


def _must_see(look: UnitOfWork, *ids: int) -> None:
    for each in ids:
        customers.must_see(look, each, api=True)

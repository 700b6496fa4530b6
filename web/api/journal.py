"""The journal of a case: everything that happened, as sentences for people and particulars for programs."""

from typing import Any

from marshmallow import fields

from cpm.queries import access, journal
from cpm.queries.pages import Count
from web.api import examples, paging
from web.api.blueprint import blueprint, scoped
from web.api.fields import Data, Moment, Strict
from web.api.paging import PagedQuery, PageSchema, paged, window
from web.here import engine
from web.language import language
from web.visitor import visitor


class DetailSchema(Strict):
    label = fields.Function(lambda pair: pair[0], required=True, metadata={"type": "string"})
    value = fields.Function(lambda pair: pair[1], required=True, metadata={"type": "string"})


class EntrySchema(Strict):
    seq = fields.Integer(required=True, metadata={"description": "Counts from 1 without a gap."})
    at = Moment(required=True)
    actor = fields.String(required=True)
    who = fields.String(required=True, metadata={"description": "The actor by name."})
    what = fields.String(required=True, metadata={"description": "noun.past-verb"})
    sentence = fields.String(required=True)
    details = fields.List(fields.Nested(DetailSchema), required=True)
    before = fields.List(
        fields.String(),
        required=True,
        allow_none=True,
        metadata={"description": "Of an intervention: what the case stood at before it, line by line."},
    )
    after = fields.List(
        fields.String(), required=True, allow_none=True, metadata={"description": "And after it."}
    )
    particulars = Data(required=True)


class JournalPageSchema(PageSchema):
    items = fields.List(fields.Nested(EntrySchema), required=True)


@blueprint.get("/cases/<case:case_id>/journal", tags=["Cases"])
@scoped("journal:read")
@blueprint.arguments(PagedQuery, location="query")
@blueprint.response(200, JournalPageSchema, headers=paging.HEADERS, example=examples.JOURNAL_PAGE)
def get_journal(query: dict[str, Any], case_id: int) -> Any:
    """A case's journal, the oldest entry first."""
    offset, limit = window(query)
    with engine().read(visitor().login) as look:
        case = access.must_see(look, case_id, api=True)
        found = journal.part(look, case, offset=offset, limit=limit, language=language())
        return paged(found, Count(case.rev, more=False), offset, limit)

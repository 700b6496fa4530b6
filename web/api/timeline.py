"""One customer's timeline: what was said and done, over all channels and cases."""

from typing import Any

from marshmallow import fields

from cpm.queries import timeline
from cpm.queries.timeline_places import KINDS, Filter
from web.api.blueprint import blueprint, scoped
from web.api.fields import CaseNumber, Moment, Strict, Text, Whole, Word
from web.here import engine
from web.visitor import visitor

TAGS = ["Customers"]
_MOST = 100
_ENTRY = {
    "kind": "message",
    "id": 12,
    "at": "2026-03-02T08:00:00Z",
    "case": "C-000042-2",
    "process": "Complaint",
    "customer_id": 8,
    "customer": "Mara Beispiel",
    "channel": "email",
    "direction": "in",
    "sender": "mara@example.org",
    "recipients": ["service@cpm.example"],
    "automatic": None,
    "subject": "The boiler has a crack",
    "text": "The boiler you delivered has a crack.",
    "outcome": None,
    "documents": [{"id": 3, "name": "photo.jpg"}],
}


class TimelineQuery(Strict):
    words = Text(
        200,
        empty=True,
        load_default="",
        metadata={"description": "All must be there, whole or as the beginning of a word."},
    )
    kind = Word(KINDS, load_default="")
    channel = Text(40, empty=True, load_default="")
    direction = Word(timeline.directions(), load_default="")
    case = CaseNumber(allow_none=True, load_default=None)
    since = Moment(allow_none=True, load_default=None)
    until = Moment(allow_none=True, load_default=None, metadata={"description": "Before it."})
    before = Text(100, empty=True, load_default="", metadata={"description": "`older` of the page before."})
    size = Whole(strict=False, most=_MOST, load_default=timeline.PAGE)


class TimelineFileSchema(Strict):
    id = fields.Integer(required=True)
    name = fields.String(required=True)


class TimelineEntrySchema(Strict):
    kind = fields.String(required=True, metadata={"enum": list(KINDS)})
    id = fields.Integer(required=True, metadata={"description": "Among those of its kind."})
    at = Moment(required=True)
    case = fields.String(
        required=True, metadata={"description": "Empty of a note on the customer, as is `process`."}
    )
    process = fields.String(required=True)
    customer_id = fields.Integer(
        required=True, metadata={"description": "Of a company's timeline maybe who speaks for it."}
    )
    customer = fields.String(required=True)
    channel = fields.String(required=True)
    direction = fields.String(required=True)
    sender = fields.String(required=True)
    recipients = fields.List(fields.String(), required=True)
    automatic = fields.String(required=True, allow_none=True)
    subject = fields.String(required=True)
    text = fields.String(required=True, metadata={"description": "The first 20,000 characters."})
    outcome = fields.String(required=True, allow_none=True)
    documents = fields.List(fields.Nested(TimelineFileSchema), required=True)


class TimelineSchema(Strict):
    entries = fields.List(
        fields.Nested(TimelineEntrySchema), required=True, metadata={"description": "Newest first."}
    )
    older = fields.String(required=True, metadata={"description": "For `before`; empty: that is all."})


@blueprint.get("/customers/<id:customer_id>/timeline", tags=TAGS)
@scoped("customers:read")
@blueprint.arguments(TimelineQuery, location="query")
@blueprint.response(200, TimelineSchema, example={"entries": [_ENTRY], "older": ""})
def get_timeline(query: dict[str, Any], customer_id: int) -> Any:
    """What was said and done with one customer, the newest first, a page at a time."""
    before, size, case_id = query.pop("before"), query.pop("size"), query.pop("case")
    wanted = Filter(**query, case_id=case_id)
    with engine().read(visitor().login) as look:
        return timeline.page(look, customer_id, wanted, before=before, language="en", size=size, api=True)

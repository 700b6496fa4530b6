"""What of customers who may be one goes over REST."""

from marshmallow import fields, validate

from cpm.commands.merging import KEPT
from cpm.model import DuplicateState
from cpm.queries import belongings
from cpm.queries.duplicates import FILTERS
from cpm.queries.merges import MergeLine
from web.api.customer_schemas import Value
from web.api.fields import Moment, Strict, Text, Whole, Word
from web.api.paging import PagedQuery, PageSchema

_PLACES = ", ".join(place.name for place in belongings.PLACES)


class DuplicateReasonSchema(Strict):
    key = fields.String(required=True)
    de = fields.String(required=True)
    en = fields.String(required=True)
    against = fields.Boolean(required=True, metadata={"description": "It speaks against it."})


class DuplicateSchema(Strict):
    id = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in DuplicateState]})
    score = fields.Integer(required=True, metadata={"description": "Percent; a suggestion, whatever it is."})
    one_id = fields.Integer(required=True)
    one = fields.String(required=True)
    one_number = fields.String(required=True)
    other_id = fields.Integer(required=True)
    other = fields.String(required=True)
    other_number = fields.String(required=True)
    reasons = fields.List(fields.Nested(DuplicateReasonSchema), required=True)
    found_at = Moment(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = Moment(required=True, allow_none=True)


class DuplicatesQuery(PagedQuery):
    reason = Word(FILTERS, load_default="", metadata={"description": "Only those for which this speaks."})


class DuplicatesSchema(PageSchema):
    items = fields.List(fields.Nested(DuplicateSchema), required=True)


class MergeSideSchema(Strict):
    id = fields.Integer(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    since = Moment(required=True)
    identifiers = fields.List(
        fields.List(fields.String()), required=True, metadata={"description": "Kind and value."}
    )
    addresses = fields.List(fields.String(), required=True)


class MergeFieldSchema(Strict):
    key = fields.String(required=True)
    survivor = Value(required=True, allow_none=True)
    merged = Value(required=True, allow_none=True)
    differs = fields.Boolean(required=True)
    usual = fields.String(
        required=True, metadata={"description": "Which is taken if none is chosen: survivor or merged."}
    )


class MergeMovingSchema(Strict):
    place = fields.String(required=True, metadata={"description": f"One of {_PLACES}."})
    goes = fields.Integer(required=True)
    stays = fields.Integer(required=True)


class MergePreviewSchema(Strict):
    survivor = fields.Nested(MergeSideSchema, required=True)
    merged = fields.Nested(MergeSideSchema, required=True)
    fields_ = fields.List(
        fields.Nested(MergeFieldSchema), required=True, attribute="fields", data_key="fields"
    )
    moving = fields.List(fields.Nested(MergeMovingSchema), required=True)
    withdrawn = fields.List(
        fields.List(fields.String()),
        required=True,
        metadata={
            "description": "Channel and purpose of consents that one of both has withdrawn: that counts."
        },
    )
    seen = fields.String(required=True, metadata={"description": "Hand it to the merge."})


class MergeCustomerSchema(Strict):
    merged_id = Whole(required=True, metadata={"description": "Who goes into the customer of the address."})
    chosen = fields.Dict(
        keys=fields.String(validate=validate.Length(max=60)),
        values=Word(("survivor", "merged")),
        load_default=dict,
        metadata={"description": "By field of the preview, whose value counts."},
    )
    seen = Text(
        64,
        required=True,
        metadata={
            "description": "`seen` of the preview that somebody decided by: 409 if it is no longer so."
        },
    )


class MergeLineSchema(Strict):
    id = fields.Integer(required=True)
    survivor_id = fields.Integer(required=True)
    survivor = fields.String(required=True)
    survivor_number = fields.String(required=True)
    merged_id = fields.Integer(required=True)
    merged = fields.String(required=True)
    merged_number = fields.String(required=True)
    at = Moment(required=True)
    by = fields.String(required=True)
    until = Moment(required=True, metadata={"description": f"It can be undone for {KEPT.days} days."})
    undone_at = Moment(required=True, allow_none=True)
    undone_by = fields.String(required=True, allow_none=True)
    refusal = fields.Method(
        "_why", required=True, allow_none=True, metadata={"description": "Why it cannot be undone, if so."}
    )

    def _why(self, line: MergeLine) -> str | None:
        return None if line.refusal is None else line.refusal.sentence("en")


class MergeUndoingSchema(Strict):
    line = fields.Nested(MergeLineSchema, required=True, data_key="merge")
    going_back = fields.List(fields.Nested(MergeMovingSchema), required=True)
    later_back = fields.Integer(
        required=True,
        metadata={"description": "Cases that came later and go too: by an address that goes back."},
    )
    later_stay = fields.Integer(required=True)
    fields_ = fields.List(
        fields.String(),
        required=True,
        attribute="fields",
        data_key="fields",
        metadata={"description": "They become what they were."},
    )
    changed = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Somebody has changed them since: they stay."},
    )


class MergesSchema(Strict):
    items = fields.List(
        fields.Nested(MergeLineSchema),
        required=True,
        metadata={"description": "The newest first, at most 50."},
    )

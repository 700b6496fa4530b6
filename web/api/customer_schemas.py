"""What of customers goes over REST."""

from typing import Any

from marshmallow import fields, validate

from cpm.commands import addresses, consents, identifiers
from cpm.commands.customers import ADDRESSED_AS, LANGUAGES
from cpm.model import CustomerKind, CustomerStatus
from cpm.plain import plain
from web.api.fields import Flag, Moment, Strict, Text, Word


class AddressSchema(Strict):
    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    value = fields.String(required=True)
    identifying = fields.Boolean(required=True, metadata={"description": "Else several have it."})
    source = fields.String(required=True)
    valid_from = Moment(required=True, allow_none=True)
    valid_to = Moment(required=True, allow_none=True)
    verified_at = Moment(required=True, allow_none=True)
    unreachable_at = Moment(required=True, allow_none=True)
    unreachable_why = fields.String(required=True, allow_none=True)


class PlaceSchema(Strict):
    kind = Word(addresses.KINDS, load_default="main")
    extra = Text(120, empty=True, load_default="")
    street = Text(120, required=True)
    postcode = Text(20, empty=True, load_default="")
    city = Text(120, required=True)
    country = Text(60, load_default="DE", metadata={"description": "ISO 3166-1 code, or the name."})


class PostalAddressSchema(PlaceSchema):
    id = fields.Integer(required=True)
    unreachable_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "Since when letters come back from there."},
    )
    unreachable_why = fields.String(required=True, allow_none=True)


class ContactSchema(Strict):
    id = fields.Integer(required=True)
    customer_id = fields.Integer(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    function = fields.String(required=True)
    mailing = fields.Boolean(required=True, metadata={"description": "Gets the company's letters."})


class ConsentSchema(Strict):
    channel = Word(consents.CHANNELS, required=True)
    purpose = Word(consents.PURPOSES, required=True)
    given = Flag(required=True, metadata={"description": "false: withdrawn."})
    source = Text(200, required=True)
    text_version = Text(200, empty=True, load_default="")
    at = Moment(load_default=None, allow_none=True, metadata={"description": "Before now; now if missing."})


class LabelSchema(Strict):
    key = fields.String(required=True)
    name = fields.String(required=True)


class Value(fields.Raw):
    """A value of any kind as JSON has it."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> Any:  # noqa: ARG002
        return plain(value)


class ParticularSchema(Strict):
    key = fields.String(required=True)
    label = fields.String(required=True)
    kind = fields.String(required=True)
    value = Value(required=True, allow_none=True)


class FactsSchema(Strict):
    kind = fields.Enum(CustomerKind, by_value=True, load_default=CustomerKind.PERSON)
    first_name = Text(120, empty=True, load_default="")
    last_name = Text(120, empty=True, load_default="", metadata={"description": "A person needs one."})
    company_name = Text(120, empty=True, load_default="", metadata={"description": "A company needs one."})
    title = Text(120, empty=True, load_default="")
    gender_address = Word(ADDRESSED_AS, load_default="unknown", metadata={"description": "Never guessed."})
    language = Word(LANGUAGES, load_default="de")

    status = Word([status.value for status in CustomerStatus])
    lead_source = Text(60, empty=True)
    born = fields.Date(allow_none=True)


class ChangesSchema(Strict):
    """Only what is to change."""

    kind = fields.Enum(CustomerKind, by_value=True)
    first_name = Text(120, empty=True)
    last_name = Text(120, empty=True)
    company_name = Text(120, empty=True)
    title = Text(120, empty=True)
    gender_address = Word(ADDRESSED_AS)
    language = Word(LANGUAGES)
    status = Word([status.value for status in CustomerStatus])
    lead_source = Text(60, empty=True)
    born = fields.Date(allow_none=True)


class PatchSchema(ChangesSchema):
    seen = fields.Nested(
        ChangesSchema,
        load_default=dict,
        metadata={"description": "Fields as you saw them: 409 if one that you change has changed since."},
    )
    categories = fields.List(Text(60), metadata={"description": "All they are to have, by key."})
    business_fields = fields.List(Text(60), metadata={"description": "All they are to have, by key."})
    attributes = fields.Dict(
        keys=fields.String(validate=validate.Length(max=40)),
        values=fields.String(allow_none=True, validate=validate.Length(max=500)),
        metadata={"description": "Declared ones, by key; numbers and dates as text; null takes one away."},
    )


class NewCustomerSchema(FactsSchema):
    email = Text(320, empty=True, load_default="")
    phone = Text(50, empty=True, load_default="")


class CustomerSchema(Strict):
    id = fields.Integer(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in CustomerKind]})
    status = fields.String(required=True, metadata={"enum": [status.value for status in CustomerStatus]})
    first_name = fields.String(required=True)
    last_name = fields.String(required=True)
    company_name = fields.String(required=True)
    title = fields.String(required=True)
    gender_address = fields.String(required=True)
    born = fields.Date(required=True, allow_none=True)
    language = fields.String(required=True)
    key_account = fields.Boolean(required=True)
    since = Moment(required=True)
    lead_source = fields.String(required=True)
    merged_into_id = fields.Integer(required=True, allow_none=True)
    addresses = fields.List(fields.Nested(AddressSchema), required=True)
    former_addresses = fields.List(fields.Nested(AddressSchema), required=True)
    postal_addresses = fields.List(fields.Nested(PostalAddressSchema), required=True)
    contacts = fields.List(fields.Nested(ContactSchema), required=True)
    companies = fields.List(fields.Nested(ContactSchema), required=True)
    categories = fields.List(fields.Nested(LabelSchema), required=True)
    business_fields = fields.List(fields.Nested(LabelSchema), required=True)
    consents = fields.List(fields.Nested(ConsentSchema), required=True)
    consent_history = fields.List(fields.Nested(ConsentSchema), required=True)
    attributes = fields.List(fields.Nested(ParticularSchema), required=True)


class ContactPutSchema(Strict):
    function = Text(120, empty=True, load_default="")
    mailing = Flag(load_default=False)


class CustomerHitSchema(Strict):
    id = fields.Integer(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    addresses = fields.List(fields.String(), required=True)


class CustomerHitsSchema(Strict):
    items = fields.List(
        fields.Nested(CustomerHitSchema), required=True, metadata={"description": "At most ten."}
    )


class CustomerQuery(Strict):
    sought = Text(
        200, required=True, metadata={"description": "A part of a name, or a whole address or number."}
    )


class UnreachableSchema(Strict):
    why = Text(500, required=True, metadata={"description": "What somebody was told."})


class IdentifierSchema(Strict):
    kind = Word(identifiers.KINDS, required=True)
    value = Text(320, required=True)
    shared = Flag(
        load_default=False, metadata={"description": "Several have it: a switchboard, a shared mailbox."}
    )
    verified = Flag(load_default=False)
    source = Text(200, empty=True, load_default="")

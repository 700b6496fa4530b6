"""Who writes, and by which addresses they are known."""

from typing import Any

from flask import Response
from marshmallow import fields

from cpm.commands import customers as commands
from cpm.commands import identifiers
from cpm.commands.customers import ADDRESSED_AS, LANGUAGES, Facts
from cpm.model import CustomerKind, CustomerStatus
from cpm.queries import customers, search
from cpm.queries.customers import CustomerView
from cpm.uow import UnitOfWork
from web.api import examples
from web.api.blueprint import blueprint, scoped
from web.api.fields import Moment, Strict, Text, Word
from web.api.keyed import command
from web.here import engine
from web.visitor import visitor

TAGS = ["Customers"]


class AddressSchema(Strict):
    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    value = fields.String(required=True)


class FactsSchema(Strict):
    kind = fields.Enum(CustomerKind, by_value=True, load_default=CustomerKind.PERSON)
    first_name = Text(120, empty=True, load_default="")
    last_name = Text(120, empty=True, load_default="", metadata={"description": "A person needs one."})
    company_name = Text(120, empty=True, load_default="", metadata={"description": "A company needs one."})
    title = Text(120, empty=True, load_default="")
    gender_address = Word(ADDRESSED_AS, load_default="unknown", metadata={"description": "Never guessed."})
    language = Word(LANGUAGES, load_default="de")


class NewCustomerSchema(FactsSchema):
    email = Text(320, empty=True, load_default="")
    phone = Text(50, empty=True, load_default="")


class CustomerSchema(Strict):
    id = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in CustomerKind]})
    status = fields.String(required=True, metadata={"enum": [status.value for status in CustomerStatus]})
    first_name = fields.String(required=True)
    last_name = fields.String(required=True)
    company_name = fields.String(required=True)
    title = fields.String(required=True)
    gender_address = fields.String(required=True)
    language = fields.String(required=True)
    key_account = fields.Boolean(required=True)
    since = Moment(required=True)
    addresses = fields.List(fields.Nested(AddressSchema), required=True)


class CustomerHitSchema(Strict):
    id = fields.Integer(required=True)
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


class IdentifierSchema(Strict):
    kind = Word((identifiers.EMAIL, identifiers.PHONE), required=True)
    value = Text(320, required=True)


@blueprint.get("/customers", tags=TAGS)
@scoped("customers:read")
@blueprint.arguments(CustomerQuery, location="query")
@blueprint.response(200, CustomerHitsSchema, example={"items": [examples.CUSTOMER_HIT]})
def find_customers(query: dict[str, Any]) -> Any:
    """Customers by name, address or telephone number, the newest first."""
    with engine().read(visitor().login) as look:
        return {"items": search.customers(look, query["sought"], api=True)}


@blueprint.get("/customers/<id:customer_id>", tags=TAGS)
@scoped("customers:read")
@blueprint.response(200, CustomerSchema, example=examples.CUSTOMER)
def get_customer(customer_id: int) -> CustomerView:
    """One customer with their addresses."""
    with engine().read(visitor().login) as look:
        return customers.view(look, customers.must_see(look, customer_id, api=True))


@blueprint.post("/customers", tags=TAGS)
@scoped("customers:write")
@blueprint.arguments(NewCustomerSchema, example=examples.NEW_CUSTOMER)
@command
@blueprint.response(201, CustomerSchema, example=examples.CUSTOMER)
def create_customer(given: dict[str, Any], uow: UnitOfWork) -> CustomerView:
    """A new customer; 409 if the address or number is somebody's already."""
    email, phone = given.pop("email"), given.pop("phone")
    return customers.view(uow, commands.create(uow, Facts(**given), email=email, phone=phone))


@blueprint.put("/customers/<id:customer_id>", tags=TAGS)
@scoped("customers:write")
@blueprint.arguments(FactsSchema, example=examples.FACTS)
@command
@blueprint.response(200, CustomerSchema, example=examples.CUSTOMER)
def change_customer(given: dict[str, Any], customer_id: int, uow: UnitOfWork) -> CustomerView:
    """Put right what is known of a customer; all of it is given anew."""
    customers.must_see(uow, customer_id, api=True)
    return customers.view(uow, commands.change(uow, customer_id, Facts(**given)))


@blueprint.post("/customers/<id:customer_id>/identifiers", tags=TAGS)
@scoped("customers:write")
@blueprint.arguments(IdentifierSchema, example=examples.IDENTIFIER)
@command
@blueprint.response(201, AddressSchema, example={"id": 9, **examples.IDENTIFIER})
def add_identifier(given: dict[str, Any], customer_id: int, uow: UnitOfWork) -> Any:
    """One more address or number; 409 if it is another customer's."""
    customers.must_see(uow, customer_id, api=True)
    return commands.add_identifier(uow, customer_id, given["kind"], given["value"])


@blueprint.delete("/customers/<id:customer_id>/identifiers/<id:identifier_id>", tags=TAGS)
@scoped("customers:write")
@command
@blueprint.response(204)
def remove_identifier(customer_id: int, identifier_id: int, uow: UnitOfWork) -> Response:
    """Messages from there find this customer no longer."""
    customers.must_see(uow, customer_id, api=True)
    commands.remove_identifier(uow, customer_id, identifier_id)
    return Response(status=204)

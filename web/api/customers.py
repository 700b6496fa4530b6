"""Who writes, and by which addresses they are known."""

from typing import Any

from flask import Response

from cpm.commands import addresses, consents, contacts, customer_attributes, identifier_facts, terms
from cpm.commands import customers as commands
from cpm.commands.addresses import Postal
from cpm.commands.customers import Facts
from cpm.model import TermKind
from cpm.queries import customers, search
from cpm.queries.customers import CustomerView
from cpm.uow import UnitOfWork
from web.api import examples
from web.api.blueprint import blueprint, scoped
from web.api.customer_schemas import (
    AddressSchema,
    ConsentSchema,
    ContactPutSchema,
    CustomerHitsSchema,
    CustomerQuery,
    CustomerSchema,
    FactsSchema,
    IdentifierSchema,
    NewCustomerSchema,
    PatchSchema,
    PlaceSchema,
    PostalAddressSchema,
    UnreachableSchema,
)
from web.api.keyed import command
from web.here import engine
from web.visitor import visitor

TAGS = ["Customers"]
_WORDS = ((TermKind.CATEGORY, "categories"), (TermKind.BUSINESS_FIELD, "business_fields"))


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
    return customers.view(uow, commands.change(uow, customer_id, given))


@blueprint.patch("/customers/<id:customer_id>", tags=TAGS)
@scoped("customers:write")
@blueprint.arguments(PatchSchema, example=examples.CUSTOMER_PATCH)
@command
@blueprint.response(200, CustomerSchema, example=examples.CUSTOMER)
def patch_customer(given: dict[str, Any], customer_id: int, uow: UnitOfWork) -> CustomerView:
    """Change what is given; the rest stays. 409 if somebody else has changed a field that you did not see so."""
    customers.must_see(uow, customer_id, api=True)
    seen, particulars = given.pop("seen"), given.pop("attributes", {})
    words = {kind: given.pop(name) for kind, name in _WORDS if name in given}
    changed = commands.change(uow, customer_id, given, seen=seen)
    for kind, keys in words.items():
        terms.put_of(uow, changed, kind, keys)
    if particulars:
        customer_attributes.put(uow, customer_id, particulars, language="en")
    uow.session.flush()
    return customers.view(uow, changed)


@blueprint.post("/customers/<id:customer_id>/postal-addresses", tags=TAGS)
@scoped("customers:write")
@blueprint.arguments(PlaceSchema, example=examples.PLACE)
@command
@blueprint.response(201, PostalAddressSchema, example=examples.POSTAL)
def add_postal_address(given: dict[str, Any], customer_id: int, uow: UnitOfWork) -> Any:
    """One more postal address; the same again changes nothing."""
    customers.must_see(uow, customer_id, api=True)
    return addresses.add(uow, customer_id, Postal(**given))


@blueprint.delete("/customers/<id:customer_id>/postal-addresses/<id:address_id>", tags=TAGS)
@scoped("customers:write")
@command
@blueprint.response(204)
def remove_postal_address(customer_id: int, address_id: int, uow: UnitOfWork) -> Response:
    """Nothing goes there any more."""
    customers.must_see(uow, customer_id, api=True)
    addresses.remove(uow, customer_id, address_id)
    return Response(status=204)


@blueprint.put("/customers/<id:customer_id>/postal-addresses/<id:address_id>/unreachable", tags=TAGS)
@scoped("customers:write")
@blueprint.arguments(UnreachableSchema, example={"why": "Moved without a new address."})
@command
@blueprint.response(
    200,
    PostalAddressSchema,
    example={
        **examples.POSTAL,
        "unreachable_at": "2026-03-02T08:00:00Z",
        "unreachable_why": "Moved without a new address.",
    },
)
def mark_postal_unreachable(given: dict[str, Any], customer_id: int, address_id: int, uow: UnitOfWork) -> Any:
    """Letters come back from there; what is marked already keeps its moment and reason."""
    customers.must_see(uow, customer_id, api=True)
    return addresses.unreachable(uow, customer_id, address_id, given["why"])


@blueprint.delete("/customers/<id:customer_id>/postal-addresses/<id:address_id>/unreachable", tags=TAGS)
@scoped("customers:write")
@command
@blueprint.response(204)
def mark_postal_reachable(customer_id: int, address_id: int, uow: UnitOfWork) -> Response:
    """Letters arrive after all."""
    customers.must_see(uow, customer_id, api=True)
    addresses.reachable_again(uow, customer_id, address_id)
    return Response(status=204)


@blueprint.put("/customers/<id:customer_id>/contacts/<id:person_id>", tags=TAGS)
@scoped("customers:write")
@blueprint.arguments(ContactPutSchema, example={"function": "Purchasing", "mailing": True})
@command
@blueprint.response(200, CustomerSchema, example=examples.CUSTOMER)
def put_contact(given: dict[str, Any], customer_id: int, person_id: int, uow: UnitOfWork) -> CustomerView:
    """This person speaks for this company; the answer is the company."""
    company = customers.must_see(uow, customer_id, api=True)
    customers.must_see(uow, person_id, api=True)
    contacts.add(uow, customer_id, person_id, **given)
    return customers.view(uow, company)


@blueprint.delete("/customers/<id:customer_id>/contacts/<id:person_id>", tags=TAGS)
@scoped("customers:write")
@command
@blueprint.response(204)
def remove_contact(customer_id: int, person_id: int, uow: UnitOfWork) -> Response:
    """This person speaks for this company no longer."""
    customers.must_see(uow, customer_id, api=True)
    contacts.remove(uow, customer_id, contacts.of_person(uow, customer_id, person_id))
    return Response(status=204)


@blueprint.post("/customers/<id:customer_id>/consents", tags=TAGS)
@scoped("customers:write")
@blueprint.arguments(ConsentSchema, example=examples.CONSENT)
@command
@blueprint.response(201, ConsentSchema, example=examples.CONSENT)
def add_consent(given: dict[str, Any], customer_id: int, uow: UnitOfWork) -> Any:
    """A customer's word on a channel and purpose: given or withdrawn. The latest counts, all are kept."""
    who = customers.must_see(uow, customer_id, api=True)
    about = (uow, who, given["channel"], given["purpose"])
    if given["given"]:
        text = given["text_version"]
        return consents.give(*about, source=given["source"], text_version=text, at=given["at"])
    return consents.withdraw(*about, source=given["source"], at=given["at"])


@blueprint.post("/customers/<id:customer_id>/identifiers", tags=TAGS)
@scoped("customers:write")
@blueprint.arguments(IdentifierSchema, example=examples.IDENTIFIER)
@command
@blueprint.response(201, AddressSchema, example={"id": 9, **examples.IDENTIFIER, **examples.IDENTIFIER_FACTS})
def add_identifier(given: dict[str, Any], customer_id: int, uow: UnitOfWork) -> Any:
    """One more address or number; 409 if it is another customer's."""
    customers.must_see(uow, customer_id, api=True)
    return identifier_facts.add(uow, customer_id, **given)


@blueprint.delete("/customers/<id:customer_id>/identifiers/<id:identifier_id>", tags=TAGS)
@scoped("customers:write")
@command
@blueprint.response(204)
def remove_identifier(customer_id: int, identifier_id: int, uow: UnitOfWork) -> Response:
    """Messages from there find this customer no longer."""
    customers.must_see(uow, customer_id, api=True)
    identifier_facts.remove(uow, customer_id, identifier_id)
    return Response(status=204)


@blueprint.put("/customers/<id:customer_id>/identifiers/<id:identifier_id>/unreachable", tags=TAGS)
@scoped("customers:write")
@blueprint.arguments(UnreachableSchema, example={"why": "The mailbox was closed."})
@command
@blueprint.response(200, AddressSchema, example={"id": 9, **examples.IDENTIFIER, **examples.IDENTIFIER_FACTS})
def mark_unreachable(given: dict[str, Any], customer_id: int, identifier_id: int, uow: UnitOfWork) -> Any:
    """Nothing arrives there, for whoever has it; what is marked already keeps its moment and reason."""
    customers.must_see(uow, customer_id, api=True)
    return identifier_facts.unreachable(uow, customer_id, identifier_id, given["why"])


@blueprint.delete("/customers/<id:customer_id>/identifiers/<id:identifier_id>/unreachable", tags=TAGS)
@scoped("customers:write")
@command
@blueprint.response(204)
def mark_reachable(customer_id: int, identifier_id: int, uow: UnitOfWork) -> Response:
    """It works after all, for whoever has it."""
    customers.must_see(uow, customer_id, api=True)
    identifier_facts.reachable_again(uow, customer_id, identifier_id)
    return Response(status=204)

"""Notes on customers, for colleagues only."""

from typing import Any

from marshmallow import fields

from cpm.commands import customer_notes as commands
from cpm.queries import customer_notes, customers
from cpm.uow import UnitOfWork
from web.api.blueprint import blueprint, scoped
from web.api.fields import Moment, Strict, Text, Whole
from web.api.keyed import command
from web.api.paging import OlderQuery, OlderSchema
from web.here import engine
from web.visitor import visitor

TAGS = ["Customers"]
_NOTE = {
    "id": 5,
    "at": "2026-03-02T08:00:00Z",
    "author": "Anna",
    "text": "Call before noon only.",
    "rev": 1,
    "changed_at": None,
    "taken_back": False,
}


class CustomerNoteSchema(Strict):
    id = fields.Integer(required=True)
    at = Moment(required=True)
    author = fields.String(required=True, metadata={"description": "By name."})
    text = fields.String(required=True, metadata={"description": "Empty if it was taken back."})
    rev = fields.Integer(required=True, metadata={"description": "One more with each change."})
    changed_at = Moment(required=True, allow_none=True)
    taken_back = fields.Boolean(required=True, attribute="gone")


class CustomerNotesSchema(OlderSchema):
    notes = fields.List(
        fields.Nested(CustomerNoteSchema), required=True, metadata={"description": "Newest first."}
    )


class NewCustomerNoteSchema(Strict):
    text = Text(commands.LONGEST, required=True)


class CustomerNoteChangeSchema(NewCustomerNoteSchema):
    seen = Whole(
        allow_none=True,
        load_default=None,
        metadata={"description": "The `rev` that you read: 409 if the note has changed since."},
    )


@blueprint.get("/customers/<id:customer_id>/notes", tags=TAGS)
@scoped("customers:read")
@blueprint.arguments(OlderQuery, location="query")
@blueprint.response(200, CustomerNotesSchema, example={"notes": [_NOTE], "older": None})
def get_customer_notes(query: dict[str, Any], customer_id: int) -> Any:
    """What people of us noted about a customer, a page at a time; no customer reads it."""
    with engine().read(visitor().login) as look:
        customer = customers.must_see(look, customer_id, api=True)
        found = customer_notes.of_customer(look, customer, before=query["before"])
        return {"notes": found.lines, "older": found.older}


@blueprint.post("/customers/<id:customer_id>/notes", tags=TAGS)
@scoped("customers:write")
@blueprint.arguments(NewCustomerNoteSchema, example={"text": "Call before noon only."})
@command
@blueprint.response(201, CustomerNoteSchema, example=_NOTE)
def add_customer_note(given: dict[str, Any], customer_id: int, uow: UnitOfWork) -> Any:
    """One more note; the same words again within a minute are the same note."""
    customers.must_see(uow, customer_id, api=True)
    return customer_notes.one(uow, commands.add(uow, customer_id, given["text"]))


@blueprint.put("/customers/<id:customer_id>/notes/<id:note_id>", tags=TAGS)
@scoped("customers:write")
@blueprint.arguments(CustomerNoteChangeSchema, example={"text": "Call before noon only.", "seen": 1})
@command
@blueprint.response(200, CustomerNoteSchema, example={**_NOTE, "rev": 2, "changed_at": _NOTE["at"]})
def change_customer_note(given: dict[str, Any], customer_id: int, note_id: int, uow: UnitOfWork) -> Any:
    """Other words in its place. By its author or a supervisor; 409 if it was taken back."""
    customers.must_see(uow, customer_id, api=True)
    made = commands.change(uow, customer_id, note_id, given["text"], seen=given["seen"])
    return customer_notes.one(uow, made)


@blueprint.delete("/customers/<id:customer_id>/notes/<id:note_id>", tags=TAGS)
@scoped("customers:write")
@command
@blueprint.response(200, CustomerNoteSchema, example={**_NOTE, "text": "", "rev": 2, "taken_back": True})
def take_back_customer_note(customer_id: int, note_id: int, uow: UnitOfWork) -> Any:
    """Its words are gone for good. By its author or a supervisor; again changes nothing."""
    customers.must_see(uow, customer_id, api=True)
    return customer_notes.one(uow, commands.take_back(uow, customer_id, note_id))

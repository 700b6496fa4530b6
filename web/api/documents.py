"""Files of cases and customers: lists, bytes, versions, names."""

from typing import Any

from flask import Response
from marshmallow import fields

from cpm.commands import document_changes
from cpm.commands import documents as commands
from cpm.model import Document, Risk, Scan
from cpm.queries import access, customers, documents
from cpm.queries.documents import DocumentRow
from cpm.sniffing import BYTES
from cpm.uow import UnitOfWork
from web import files, headers
from web.access import needs
from web.api import brought, document_examples
from web.api.blueprint import blueprint, scoped
from web.api.brought import BODY, blob
from web.api.fields import Moment, Strict, Text
from web.api.keyed import command
from web.here import engine
from web.visitor import visitor

TAGS = ["Documents"]


class DocumentVersionSchema(Strict):
    id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    bytes = fields.Integer(required=True)
    added = Moment(required=True)
    added_by = fields.String(required=True)


class DocumentRowSchema(Strict):
    id = fields.Integer(required=True)
    case = fields.String(required=True, allow_none=True, metadata={"description": "None: the customer's."})
    name = fields.String(required=True)
    aliases = fields.List(fields.String(), required=True, metadata={"description": "Its earlier names."})
    title = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, allow_none=True)
    numbers = fields.List(fields.String(), required=True)
    type = fields.String(required=True, metadata={"description": "What its bytes look like."})
    declared = fields.String(
        required=True, allow_none=True, metadata={"description": "What its sender says, if that differs."}
    )
    called = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What its name says, if that differs and its sender does not."},
    )
    risk = fields.String(required=True, allow_none=True, metadata={"enum": [*map(str, Risk), None]})
    bytes = fields.Integer(required=True)
    digest = fields.String(required=True, metadata={"description": "SHA-256."})
    version = fields.Integer(required=True)
    current = fields.Boolean(required=True)
    earlier = fields.List(fields.Nested(DocumentVersionSchema), required=True)
    added = Moment(required=True)
    added_by = fields.String(required=True)
    scan = fields.String(required=True, metadata={"enum": [*map(str, Scan)]})
    held = fields.Boolean(required=True, metadata={"description": "Not handed out, or not yet."})


class DocumentsSchema(Strict):
    items = fields.List(fields.Nested(DocumentRowSchema), required=True)


class BroughtQuery(Strict):
    name = Text(200, required=True)
    kind = Text(
        40, load_default=None, metadata={"description": "AN, AB, LS, Re, GS, MA1, RK, DS, or any word."}
    )
    media_type = Text(200, load_default=BYTES)


class VersionQuery(Strict):
    name = Text(200, required=True)
    media_type = Text(200, load_default=BYTES)


class DocumentChangeSchema(Strict):
    name = Text(200)
    kind = Text(40, empty=True)
    numbers = fields.List(Text(60), metadata={"description": "AB 100235"})
    title = Text(200, empty=True)
    note = Text(2000, empty=True)


@blueprint.get("/cases/<case:case_id>/documents", tags=TAGS)
@scoped("cases:read")
@blueprint.response(200, DocumentsSchema, example={"items": [document_examples.DOCUMENT]})
def list_case_documents(case_id: int) -> Any:
    """The newest version of each file of a case, newest first."""
    with engine().read(visitor().login) as look:
        access.must_see(look, case_id, api=True)
        return {"items": documents.of_case(look, case_id)}


@blueprint.get("/customers/<id:customer_id>/documents", tags=TAGS)
@scoped("customers:read")
@blueprint.response(200, DocumentsSchema, example={"items": [document_examples.DOCUMENT]})
def list_customer_documents(customer_id: int) -> Any:
    """Files of a customer, and of those of their cases that are yours to see."""
    with engine().read(visitor().login) as look:
        customers.must_see(look, customer_id, api=True)
        return {"items": documents.of_customer(look, customer_id, api=True)}


@blueprint.post("/cases/<case:case_id>/documents", tags=TAGS)
@scoped("cases:write")
@headers.takes_up_to(brought.largest)
@blueprint.doc(requestBody=BODY)
@blueprint.arguments(BroughtQuery, location="query")
@brought.brought
@command
@blueprint.response(201, DocumentRowSchema, example=document_examples.DOCUMENT)
def add_case_document(query: dict[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """File something on a case."""
    access.must_see(uow, case_id, api=True)
    return _row(uow, commands.add(uow, uow.case(case_id), blob(), **query))


@blueprint.post("/customers/<id:customer_id>/documents", tags=TAGS)
@scoped("customers:write")
@headers.takes_up_to(brought.largest)
@blueprint.doc(requestBody=BODY)
@blueprint.arguments(BroughtQuery, location="query")
@brought.brought
@command
@blueprint.response(201, DocumentRowSchema, example=document_examples.DOCUMENT)
def add_customer_document(query: dict[str, Any], customer_id: int, uow: UnitOfWork) -> Any:
    """File something for a customer, without a case."""
    customer = customers.must_see(uow, customer_id, api=True)
    return _row(uow, commands.add(uow, customer, blob(), **query))


@blueprint.get("/documents/<id:document_id>", tags=TAGS)
@scoped("cases:read")
@blueprint.response(200, DocumentRowSchema, example=document_examples.DOCUMENT)
def get_document(document_id: int) -> Any:
    """What is known of one file, or of one version of it."""
    with engine().read(visitor().login) as look:
        return documents.row(look, _found(look, document_id, "read"))


@blueprint.get("/documents/<id:document_id>/content", tags=TAGS)
@scoped("cases:read")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=BYTES)
def download_document(document_id: int) -> Response:
    """Its bytes, whatever they may do; 403 if they have a virus, 409 if nobody has looked for one yet."""
    with engine().read(visitor().login) as look:
        return files.attached(look, _found(look, document_id, "read"))


@blueprint.post("/documents/<id:document_id>/versions", tags=TAGS)
@scoped("cases:write")
@headers.takes_up_to(brought.largest)
@blueprint.doc(requestBody=BODY)
@blueprint.arguments(VersionQuery, location="query")
@brought.brought
@command
@blueprint.response(201, DocumentRowSchema, example=document_examples.DOCUMENT)
def add_document_version(query: dict[str, Any], document_id: int, uow: UnitOfWork) -> Any:
    """Take the place of the newest version; 409 if this is not it any more."""
    before = _found(uow, document_id, "write")
    return _row(uow, commands.new_version(uow, before, blob(), **query))


@blueprint.patch("/documents/<id:document_id>", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(DocumentChangeSchema, example={"kind": "AB", "numbers": ["100235"]})
@command
@blueprint.response(200, DocumentRowSchema, example=document_examples.DOCUMENT)
def change_document(given: dict[str, Any], document_id: int, uow: UnitOfWork) -> Any:
    """Rename it, or say what it is; with a kind of the house and a number it gets its name by itself."""
    found = _found(uow, document_id, "write")
    return _row(uow, document_changes.change(uow, found, **given))


def _found(look: UnitOfWork, document_id: int, doing: str) -> Document:
    """The scope of cases was asked for; a file that is of no case takes that of customers."""
    found = documents.must_see(look, document_id, api=True)
    if found.case_id is None:
        needs(f"customers:{doing}")
    return found


def _row(uow: UnitOfWork, made: Any) -> DocumentRow:
    uow.session.flush()
    return documents.row(uow, made)

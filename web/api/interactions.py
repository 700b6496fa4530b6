"""What customers said: noted by another system, or a mail as it came."""

from typing import Any

from flask import request
from flask_smorest import abort
from marshmallow import fields

from cpm.commands import interactions, notes
from cpm.commands.notes import CHANNELS, Said
from cpm.errors import Invalid
from cpm.model import ArrivalState
from cpm.queries import access, startable
from cpm.uow import UnitOfWork
from web import headers
from web.api import examples
from web.api.blueprint import blueprint, scoped
from web.api.fields import CaseNumber, Moment, Strict, Text, Word
from web.api.keyed import command

TAGS = ["Interactions"]
LARGEST_MAIL = 20 * 1024 * 1024
_MAIL = "message/rfc822"


class ReceivedSchema(Strict):
    channel = Word(CHANNELS, required=True)
    subject = Text(255, required=True)
    text = Text(100_000, required=True)
    email = Text(320, empty=True, load_default="", metadata={"description": "The sender's; or phone."})
    phone = Text(50, empty=True, load_default="")
    name = Text(200, empty=True, load_default="", metadata={"description": "The sender's."})
    process = Text(200, allow_none=True, load_default=None, metadata={"description": "Of a new case."})
    case = CaseNumber(
        allow_none=True, load_default=None, metadata={"description": "What it is about, if that is known."}
    )
    language = Word(("de", "en"), allow_none=True, load_default=None)
    sent_at = Moment(allow_none=True, load_default=None)
    unique_id = Text(
        200,
        allow_none=True,
        load_default=None,
        metadata={"description": "The sender's: the same is filed once."},
    )


class InteractionSchema(Strict):
    id = fields.Integer(required=True)
    case = fields.Pluck("CaseNumberSchema", "number", required=True, allow_none=True)
    channel = fields.String(required=True)
    sender = fields.String(required=True)
    subject = fields.String(required=True)
    at = Moment(required=True)


class CaseNumberSchema(Strict):
    number = fields.String(required=True)


class MailQuery(Strict):
    process = Text(200, required=True, metadata={"description": "Of a new case, if it answers none."})


class ArrivalSchema(Strict):
    id = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in ArrivalState]})
    received_at = Moment(required=True)


@blueprint.post("/interactions", tags=TAGS)
@scoped("interactions:write")
@blueprint.arguments(ReceivedSchema, example=examples.SAID)
@command
@blueprint.response(201, InteractionSchema, example=examples.INTERACTION)
def receive_interaction(given: dict[str, Any], uow: UnitOfWork) -> Any:
    """File what a customer said: on its case, else on a new one, whose process begins."""
    said = Said(
        **{
            name: given.pop(name)
            for name in ("channel", "subject", "text", "unique_id", "language", "sent_at")
        }
    )
    case_id = given.pop("case")
    if case_id is not None:
        access.must_see(uow, case_id, api=True)
    return notes.receive(uow, said, **given, case_id=case_id)


@blueprint.post("/interactions/mails", tags=TAGS)
@scoped("interactions:write")
@headers.takes_up_to(LARGEST_MAIL)
@blueprint.doc(
    requestBody={"required": True, "content": {_MAIL: {"schema": {"type": "string", "minLength": 1}}}}
)
@blueprint.arguments(MailQuery, location="query")
@command
@blueprint.response(202, ArrivalSchema, example=examples.ARRIVAL)
def receive_mail(query: dict[str, Any], uow: UnitOfWork) -> Any:
    """Take a mail as it came (RFC 5322); a worker files it in a moment. The same bytes are the same mail."""
    if request.mimetype != _MAIL:
        abort(415)
    _must_begin_cases(uow, query["process"])
    if not (raw := request.get_data()):
        raise Invalid("Expected a mail, but the body is empty", [("body", "is empty")], de="Die Mail fehlt.")
    return interactions.store(uow, raw, process=query["process"])


def _must_begin_cases(uow: UnitOfWork, process: str) -> None:
    if process not in {bundle.key for bundle in startable.bundles(uow)}:
        raise Invalid(
            f"Expected a process that cases are opened with, but {process!r:.60} is none",
            [("process", "opens no cases")],
            de="Mit diesem Prozess lassen sich keine Vorgänge eröffnen.",
        )

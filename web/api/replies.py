"""Messages of ours to customers: sent off under a key once, and what became of them."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from marshmallow import fields, validate

from cpm.commands import replies
from cpm.errors import NotFound
from cpm.model import Reply, ReplyState
from cpm.queries import access
from cpm.queries.written import Written
from cpm.uow import UnitOfWork
from web.api import reply_examples as examples
from web.api.blueprint import blueprint, scoped
from web.api.fields import Moment, Strict, Text, Whole, Word
from web.api.keyed import command
from web.here import engine
from web.visitor import visitor

TAGS = ["Interactions"]
_MOST_ADDRESSES, _MOST_FILES = 50, 20


class WritingSchema(Strict):
    to = fields.List(Text(320), required=True, validate=validate.Length(1, _MOST_ADDRESSES))
    cc = fields.List(Text(320), load_default=list, validate=validate.Length(0, _MOST_ADDRESSES))
    subject = Text(500, required=True)
    text = Text(
        100_000, required=True, metadata={"description": "As it leaves, with salutation and closing."}
    )
    attachments = fields.List(
        Whole(),
        load_default=list,
        validate=validate.Length(0, _MOST_FILES),
        metadata={"description": "Documents of the case, by id."},
    )
    answers = Whole(
        allow_none=True, load_default=None, metadata={"description": "The message that it answers, by id."}
    )
    language = Word(("de", "en"), load_default="de")
    seen = Whole(
        allow_none=True,
        load_default=None,
        metadata={
            "description": "The last message that its author knew of: 409 if the customer wrote since."
        },
    )
    unreachable_too = fields.Boolean(
        load_default=False, metadata={"description": "Also to addresses from which mail came back."}
    )


class ReplySchema(Strict):
    id = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in ReplyState]})
    to = fields.String(required=True)
    cc = fields.String(required=True)
    subject = fields.String(required=True)
    message_id = fields.String(required=True, allow_none=True)
    sent_at = Moment(required=True, allow_none=True, metadata={"description": "When it was sent off."})
    why = fields.String(required=True, allow_none=True, metadata={"description": "It failed."})


@blueprint.post("/cases/<case:case_id>/messages", tags=TAGS)
@scoped("interactions:write")
@blueprint.arguments(WritingSchema, example=examples.WRITING)
@command
@blueprint.response(202, ReplySchema, example=examples.REPLY)
def write_message(given: Mapping[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """Write to the customer by mail; it leaves in a moment, and becomes an exception if it cannot.

    403 unless the token's user is an agent or a supervisor.
    """
    access.must_see(uow, case_id, api=True)
    written = Written(
        to=", ".join(given["to"]),
        cc=", ".join(given["cc"]),
        subject=given["subject"],
        text=given["text"],
        documents=tuple(given["attachments"]),
        answers=given["answers"],
        language=given["language"],
    )
    made = replies.send_new(
        uow, case_id, written, seen=given["seen"], unreachable_too=given["unreachable_too"]
    )
    return made, {"Location": url_for("api.get_message_of_ours", case_id=case_id, reply_id=made.id)}


@blueprint.get("/cases/<case:case_id>/messages/<int:reply_id>", tags=TAGS)
@scoped("cases:read")
@blueprint.response(200, ReplySchema, example=examples.REPLY)
def get_message_of_ours(case_id: int, reply_id: int) -> Any:
    """What became of a message that somebody wrote."""
    with engine().read(visitor().login) as look:
        access.must_see(look, case_id, api=True)
        found = look.session.get(Reply, reply_id)
        if found is None or found.case_id != case_id or found.state == ReplyState.DRAFT:
            raise NotFound(f"Expected to find message {reply_id} in case {case_id}, but there is none")
        return found

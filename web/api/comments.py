"""Comments on cases, and those in which whoever asks is mentioned."""

from typing import Any

from marshmallow import fields

from cpm.commands import comments as commands
from cpm.model import Case
from cpm.queries import access, commented, people
from cpm.queries.commented import Comments
from cpm.uow import UnitOfWork
from web.api.blueprint import blueprint, scoped
from web.api.fields import Moment, Strict, Text, Whole
from web.api.keyed import command
from web.api.paging import OlderQuery, OlderSchema
from web.here import engine
from web.visitor import visitor

TAGS = ["Cases"]
_COMMENT = {
    "id": 5,
    "at": "2026-03-02T08:00:00Z",
    "author": "Anna",
    "text": "@ben, can you call them?",
    "told": ["Ben"],
    "taken_back": False,
}
_MENTION = {
    "id": 7,
    "at": "2026-03-02T08:00:00Z",
    "author": "Anna",
    "case": "C-000042-2",
    "text": "@ben, can you call them?",
    "comment": 5,
    "seen": False,
}


class CommentSchema(Strict):
    id = fields.Integer(required=True)
    at = Moment(required=True)
    author = fields.String(required=True, metadata={"description": "By name."})
    text = fields.String(required=True, metadata={"description": "Empty if it was taken back."})
    told = fields.List(
        fields.String(), required=True, metadata={"description": "Who was mentioned, by name."}
    )
    taken_back = fields.Boolean(required=True, attribute="gone")


class CommentsSchema(OlderSchema):
    comments = fields.List(
        fields.Nested(CommentSchema), required=True, metadata={"description": "Newest first."}
    )


class NewCommentSchema(Strict):
    text = Text(commands.LONGEST, required=True, metadata={"description": "`@login` tells somebody."})
    tell = fields.List(
        Text(40), load_default=list, metadata={"description": "Logins of others who are told."}
    )


class MentionSchema(Strict):
    id = Whole(required=True)
    at = Moment(required=True)
    author = fields.String(required=True, metadata={"description": "By name."})
    case = fields.String(
        required=True, allow_none=True, metadata={"description": "Null: you may not see it any more."}
    )
    text = fields.String(required=True)
    comment = fields.Integer(required=True)
    seen = fields.Boolean(required=True)


class MentionsSchema(Strict):
    mentions = fields.List(
        fields.Nested(MentionSchema), required=True, metadata={"description": "Those not seen yet first."}
    )


@blueprint.get("/cases/<case:case_id>/comments", tags=TAGS)
@scoped("cases:read")
@blueprint.arguments(OlderQuery, location="query")
@blueprint.response(200, CommentsSchema, example={"comments": [_COMMENT], "older": None})
def get_comments(query: dict[str, Any], case_id: int) -> Any:
    """What people of us said to each other about a case, a page at a time; no customer reads it."""
    with engine().read(visitor().login) as look:
        found = _of_case(look, access.must_see(look, case_id, api=True), query["before"])
        return {"comments": found.lines, "older": found.older}


@blueprint.post("/cases/<case:case_id>/comments", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(NewCommentSchema, example={"text": "@ben, can you call them?", "tell": []})
@command
@blueprint.response(201, CommentSchema, example=_COMMENT)
def add_comment(given: dict[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """Comment on a case and tell people of it; 422 names who is not known or may not see the case."""
    made = commands.add(uow, case_id, given["text"], tell=given["tell"])
    uow.session.flush()
    return commented.one(uow, made, people.user_names(uow))


@blueprint.delete("/comments/<id:comment_id>", tags=TAGS)
@scoped("cases:write")
@command
@blueprint.response(200, CommentSchema, example={**_COMMENT, "text": "", "taken_back": True})
def take_back_comment(comment_id: int, uow: UnitOfWork) -> Any:
    """Its words are gone for good. By its author or a supervisor; again changes nothing."""
    taken = commands.take_back(uow, comment_id)
    uow.session.flush()
    return commented.one(uow, taken, people.user_names(uow))


@blueprint.get("/mentions", tags=TAGS)
@scoped("cases:read")
@blueprint.response(200, MentionsSchema, example={"mentions": [_MENTION]})
def get_mentions() -> Any:
    """The comments that mention the user of the token."""
    with engine().read(visitor().login) as look:
        return {"mentions": commented.mentions(look)}


@blueprint.put("/mentions/<id:mention_id>/seen", tags=TAGS)
@scoped("cases:write")
@command
@blueprint.response(200, MentionSchema, example={**_MENTION, "seen": True})
def see_mention(mention_id: int, uow: UnitOfWork) -> Any:
    """It counts as new no more; again changes nothing."""
    commands.seen(uow, mention_id)
    uow.session.flush()
    return commented.mentions(uow, mention_id)[0]


def _of_case(look: UnitOfWork, case: Case, before: int | None) -> Comments:
    return commented.of_case(look, case, people.user_names(look), before=before)

"""Cases that belong together: linked, merged, split, and taken back; what would come of it with `dry_run`."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from cpm import case_numbers
from cpm.commands import joining, links, separating, splitting
from cpm.errors import Invalid
from cpm.model import Case, CaseLink
from cpm.model.case_link import SAID
from cpm.queries import access, linked
from cpm.uow import UnitOfWork
from web.api import links_examples as examples
from web.api.blueprint import blueprint, scoped
from web.api.fields import Flag, Strict, Text, Whole, Word
from web.api.keyed import rehearsable
from web.here import engine
from web.language import language
from web.visitor import visitor

TAGS = ["Cases"]


class LinkedSchema(Strict):
    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    words = fields.String(required=True, metadata={"description": "What stands between both cases."})
    case = fields.String(required=True, metadata={"description": "The other one."})
    subject = fields.String(required=True)
    state = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    why = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True)
    undone = fields.AwareDateTime(required=True, allow_none=True)
    until = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "It can be undone before that."}
    )


class OpenSchema(Strict):
    case = fields.String(required=True)
    subject = fields.String(required=True)
    process = fields.String(required=True)
    opened = fields.AwareDateTime(required=True)
    last = fields.String(required=True, metadata={"description": "What happened last."})
    last_at = fields.AwareDateTime(required=True)


class TogetherSchema(Strict):
    links = fields.List(fields.Nested(LinkedSchema), required=True)
    open = fields.List(
        fields.Nested(OpenSchema),
        required=True,
        metadata={"description": "The same customer's other open cases."},
    )


class _ActSchema(Strict):
    why = Text(500, required=True)
    dry_run = Flag(load_default=False, metadata={"description": "Only say what would come of it."})


class LinkSchema(Strict):
    other = fields.String(required=True, metadata={"description": "The other case's number."})
    kind = Word(tuple(kind.value for kind in SAID), required=True)
    why = Text(500, load_default="")
    dry_run = Flag(load_default=False, metadata={"description": "Only say what would come of it."})


class MergeSchema(_ActSchema):
    into = fields.String(required=True, metadata={"description": "The number of the case that survives."})
    seen = Whole(
        least=0,
        allow_none=True,
        load_default=None,
        metadata={"description": "409 if the case has moved on since."},
    )


class SplitSchema(_ActSchema):
    messages = fields.List(Whole(), required=True, metadata={"description": "Ids of interactions."})
    documents = fields.List(Whole(), load_default=list)
    process = Text(200, required=True)
    subject = Text(255, load_default="")


class ToldSchema(Strict):
    case = fields.String(required=True)
    sentences = fields.List(fields.String(), required=True)


class JoinedSchema(Strict):
    link = fields.Integer(required=True, metadata={"description": "What `undo` names."})
    kind = fields.String(required=True)
    case = fields.String(required=True)
    other = fields.String(required=True)
    told = fields.List(fields.Nested(ToldSchema), required=True)


@blueprint.get("/cases/<case:case_id>/links", tags=TAGS)
@scoped("cases:read")
@blueprint.response(200, TogetherSchema, example=examples.TOGETHER)
def get_links(case_id: int) -> Any:
    """The cases that it belongs together with, and the same customer's other open ones."""
    with engine().read(visitor().login) as look:
        case = access.must_see(look, case_id, api=True)
        others = linked.open_of_customer(look, case.customer_id, language())
        return {
            "links": linked.of_case(look, case, language()),
            "open": [each for each in others if each.case != case.number],
        }


@blueprint.post("/cases/<case:case_id>/links", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(LinkSchema, example=examples.LINK)
@rehearsable
@blueprint.response(200, JoinedSchema, example=examples.LINKED)
def link_cases(given: Mapping[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """Say how two cases belong together; again changes nothing."""
    return _told(
        uow, links.link(uow, case_id, _number("other", given["other"]), given["kind"], why=given["why"])
    )


@blueprint.post("/cases/<case:case_id>/merge", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(MergeSchema, example=examples.MERGE)
@rehearsable
@blueprint.response(200, JoinedSchema, example=examples.MERGED)
def merge_case(given: Mapping[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """All messages, files and links go to the other case, and this one is closed; for 30 days it can be undone."""
    into = _number("into", given["into"])
    return _told(uow, joining.merge(uow, case_id, into, why=given["why"], seen=given["seen"]))


@blueprint.post("/cases/<case:case_id>/split", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(SplitSchema, example=examples.SPLIT)
@rehearsable
@blueprint.response(200, JoinedSchema, example=examples.SPLIT_OFF)
def split_case(given: Mapping[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """Messages with their files begin a new case of their own; for 30 days it can be undone."""
    return _told(uow, splitting.split(uow, case_id, **given))


@blueprint.post("/case-links/<int:link_id>/undo", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(_ActSchema, example=examples.UNDO)
@rehearsable
@blueprint.response(200, JoinedSchema, example=examples.LINKED)
def undo_link(given: Mapping[str, Any], link_id: int, uow: UnitOfWork) -> Any:
    """What went to another case comes back, and a merged case is open again where it stood; 409 says why it cannot be."""
    return _told(uow, separating.undo(uow, link_id, why=given["why"]))


def _number(name: str, written: str) -> int:
    try:
        return case_numbers.case_id(written)
    except Invalid as error:
        raise Invalid(
            str(error),
            [(name, "is no case number")],
            de="Das ist keine Vorgangsnummer.",
            problems_de=[(name, "Das ist keine Vorgangsnummer.")],
        ) from error


def _told(uow: UnitOfWork, link: CaseLink) -> Mapping[str, Any]:
    case, other = uow.get(Case, link.case_id), uow.get(Case, link.other_id)
    about = {"link": link.id, "kind": link.kind.value, "case": case.number, "other": other.number}
    return {**about, "told": linked.told(uow, language())}

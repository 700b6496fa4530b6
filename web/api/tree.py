"""Where a case is: what runs in its process, from outside in."""

from typing import Any

from marshmallow import fields

from cpm.queries import access, outline
from web.api.blueprint import blueprint, scoped
from web.api.fields import Strict
from web.here import engine
from web.language import language
from web.visitor import visitor

EXAMPLE: dict[str, Any] = {
    "branches": [
        {
            "node": 7,
            "element": "visit",
            "name": "Visit",
            "kind": "callActivity",
            "called": "field_visit",
            "instance": None,
            "waits": "inside",
            "task": None,
            "inside": [
                {
                    "node": 9,
                    "element": "book_visit",
                    "name": "Book the visit",
                    "kind": "userTask",
                    "called": None,
                    "instance": None,
                    "waits": "task",
                    "task": 12,
                    "inside": [],
                    "more": 0,
                }
            ],
            "more": 0,
        }
    ]
}
WAITS = ["task", "job", "event", "branches", "fault", "inside"]


class BranchSchema(Strict):
    node = fields.Integer(required=True, metadata={"description": "Its number, unique within the case."})
    element = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "The element of BPMN."})
    called = fields.String(
        required=True, allow_none=True, metadata={"description": "The process that it has called."}
    )
    instance = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Which one it is, of an element that is done several times; from 1."},
    )
    waits = fields.String(
        required=True,
        metadata={
            "enum": WAITS,
            "description": "For a person, a machine, an event, other branches, or somebody who settles an exception; "
            "inside: for what is inside it.",
        },
    )
    task = fields.Integer(required=True, allow_none=True, metadata={"description": "The open task."})
    inside = fields.List(fields.Nested("BranchSchema"), required=True)
    more = fields.Integer(
        required=True, metadata={"description": "How many others are inside it and not listed."}
    )


class TreeSchema(Strict):
    branches = fields.List(fields.Nested(BranchSchema), required=True)


@blueprint.get("/cases/<case:case_id>/tree", tags=["Cases"])
@scoped("cases:read")
@blueprint.response(200, TreeSchema, example=EXAMPLE)
def get_case_tree(case_id: int) -> Any:
    """What runs in a case: its process, the subprocesses, called processes and instances, and what waits in them."""
    with engine().read(visitor().login) as look:
        case = access.must_see(look, case_id, api=True)
        return {"branches": outline.of_case(look, case, language())}

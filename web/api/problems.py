"""Refusals as the description tells them: RFC 9457, the same shape for all (web/errors.py makes them)."""

from http import HTTPStatus
from typing import Any

from apispec import APISpec
from marshmallow import Schema, fields, validate

from web.errors import PROBLEM

#: Status -> name of the component.
REFUSALS = {
    400: "NotReadable",
    401: "NoToken",
    403: "NotAllowed",
    404: "NotFound",
    409: "ChangedMeanwhile",
    413: "TooLarge",
    415: "WrongContent",
    422: "DoesNotFit",
    429: "TooMany",
    503: "NotAvailable",
}
_WORDS = {
    400: (
        "The request is no HTTP or no JSON that can be read.",
        "body",
        "is no JSON: Expecting value, line 1, column 1",
    ),
    401: ("There is no token, or none that is in force.", None, None),
    403: ("The token lacks the scope, or its user must not do this.", None, None),
    404: ("There is no such thing, or it is not theirs to see.", None, None),
    409: (
        "What was looked at has changed meanwhile, or the first request with this key is still running.",
        None,
        None,
    ),
    413: ("The body is larger than is taken here.", None, None),
    415: ("The body is of another kind than is taken here.", None, None),
    422: (
        "The request can be read, but does not fit; `errors` name each field.",
        "unique_id",
        "Unknown field.",
    ),
    429: ("Too many requests with this token within a minute.", None, None),
    503: ("The database does not answer just now.", None, None),
}
_AFTER = {
    "description": "Seconds until the next attempt is welcome.",
    "schema": {"type": "integer", "minimum": 0},
}
_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "Bearer", "required": True, "schema": {"type": "string"}}},
    409: {"Retry-After": _AFTER},
    429: {"Retry-After": _AFTER},
    503: {"Retry-After": _AFTER},
}


class FieldProblemSchema(Schema):
    field = fields.String(required=True, metadata={"description": "Where, as a path: `data.amount`."})
    detail = fields.String(
        required=True, metadata={"description": "What is wrong there, in the language asked for."}
    )


class PolicySchema(Schema):
    key = fields.String(required=True, metadata={"description": "What to name in `Policy-Confirm`."})
    verdict = fields.String(required=True, validate=validate.OneOf(["warn", "approval", "refuse"]))
    reason = fields.String(required=True, metadata={"description": "In the language asked for."})
    approver = fields.String(allow_none=True, metadata={"description": "The team that approves."})
    override = fields.String(
        allow_none=True, metadata={"description": "The role that may go on, with `Policy-Override`."}
    )


class ProblemSchema(Schema):
    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "One sentence for a person."})
    instance = fields.String(required=True, metadata={"description": "The request's id, as in our log."})
    errors = fields.List(fields.Nested(FieldProblemSchema))
    policies = fields.List(
        fields.Nested(PolicySchema), metadata={"description": "Those that speak against it."}
    )
    approval = fields.String(
        allow_none=True,
        metadata={"description": "How it stands with the approval: null, `asked` or `refused`."},
    )


def describe(spec: APISpec) -> None:
    """Each refusal once, for operations to refer to."""
    spec.components.schema("Problem", schema=ProblemSchema)
    for status, name in REFUSALS.items():
        spec.components.response(name, _response(status))


def _response(status: int) -> dict[str, Any]:
    words, field, detail = _WORDS[status]
    example: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": words,
        "instance": "urn:request:6f1c5f0e8d0b4f6f9c3f6c1b7f7f9a10",
    }
    if field:
        example["errors"] = [{"field": field, "detail": detail}]
    schema = {"$ref": "#/components/schemas/Problem"}
    found: dict[str, Any] = {
        "description": words,
        "content": {PROBLEM: {"schema": schema, "example": example}},
    }
    return found | ({"headers": _HEADERS[status]} if status in _HEADERS else {})

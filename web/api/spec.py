"""The description of all resources: OpenAPI 3.1, served to anybody and kept in docs/openapi.json."""

import json
import threading
from functools import cache
from typing import Any

from flask import Flask, Response
from flask_smorest import Api
from werkzeug.routing import IntegerConverter, UnicodeConverter

from cpm import case_numbers
from cpm.errors import Invalid
from web import access
from web.api import fields, keyed, operations, problems
from web.api.blueprint import blueprint

PATH = "/api/v1/openapi.json"
_INFO = {
    "description": (
        "Customer cases driven by BPMN processes. A token's user acts, and sees what that user may see. "
        "Lists come in pages; times are UTC; exact numbers come as text and are taken as JSON numbers or text. "
        "docs/api.md explains it with examples."
    ),
}
_TAGS = (
    ("Interactions", "What customers said, on any channel: brings cases about."),
    ("Cases", "The matters of customers, with their data and their journal."),
    ("Suggestions", "What suggests itself in a case, accepted or declined, and how a case is wrapped up."),
    ("Tasks", "Steps that wait for a person."),
    ("Incidents", "What the standard path did not foresee, and its remedies."),
    ("Customers", "Who writes, and by which addresses they are known."),
    ("Messages", "What other systems tell processes."),
    ("Definitions", "Deployed processes and what belongs to them."),
    ("Batches", "One act on many cases, with a result each."),
    ("Migrations", "Running cases to another version of their process."),
    ("Decisions", "The tables that steer cases, asked on any facts."),
)


class IdIntegerConverter(IntegerConverter):
    """A row's number; what no row can have is the number of none, and answers as one that is not there."""

    def to_python(self, value: str) -> Any:
        return int(value) if len(value) < 20 and int(value) <= fields.LARGEST_ID else 0


class CaseConverter(UnicodeConverter):
    """C-000042-7 in addresses, the case's id in views."""

    regex = r"C-\d{6,18}-\d"

    def to_python(self, value: str) -> Any:
        try:
            return case_numbers.case_id(value)
        except Invalid:
            return 0  # no case has it: the same answer as for one that is not there

    def to_url(self, value: Any) -> str:
        return value if isinstance(value, str) else case_numbers.case_number(value)


class Resources(Api):
    DEFAULT_ERROR_RESPONSE_NAME = None  # each status is described by itself

    def _register_error_handlers(self) -> None:
        """Refusals are mapped once, in web/errors.py."""


def register(app: Flask) -> None:
    """The description is put together when it is first asked for: that takes as long as all else of the application."""
    app.url_map.converters.update(id=IdIntegerConverter, case=CaseConverter)
    app.register_blueprint(blueprint)

    @access.public
    def description() -> Response:
        return Response(document(), mimetype="application/json")

    app.add_url_rule(PATH, "openapi", description)


def described(app: Flask) -> Api:
    app.config.update(API_TITLE="CPM", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    api = Resources(app, spec_kwargs={"info": _INFO, "servers": [{"url": "/"}]})
    api.register_converter(CaseConverter, _case_parameter)
    api.register_converter(IdIntegerConverter, _id_parameter)
    for field, form in ((fields.Moment, "date-time"), (fields.CaseNumber, "case-number")):
        api.register_field(field, "string", form)
    api.register_field(fields.Data, "object", None)
    api.register_field(fields.Free, None, None)
    api.spec.components.security_scheme(
        "token",
        {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of `cpm token create`, with its scopes.",
        },
    )
    for name, parameter in _PARAMETERS.items():
        api.spec.components.parameter(name, "header", parameter)
    problems.describe(api.spec)
    for name, words in _TAGS:
        api.spec.tag({"name": name, "description": words})
    api.register_blueprint(blueprint)
    return api


def written(api: Api) -> str:
    found = api.spec.to_dict()
    found["tags"] = [tag for tag in found["tags"] if tag["name"] != blueprint.name]
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def document() -> str:
    """The same for each installation; docs/openapi.json keeps it."""
    with _ONE_AT_A_TIME:
        return _document()


_ONE_AT_A_TIME = threading.Lock()


@cache
def _document() -> str:
    app = Flask(__name__)
    app.url_map.converters.update(id=IdIntegerConverter, case=CaseConverter)
    return written(described(app))


def _id_parameter(_converter: IdIntegerConverter) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": fields.LARGEST_ID}


def _case_parameter(_converter: CaseConverter) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{CaseConverter.regex}$", "example": "C-000042-2"}


_ENCODED = {"schema": {"type": "string", "maxLength": 10000, "pattern": "^[ -~]*$"}}
_PARAMETERS: dict[str, dict[str, Any]] = {
    "Policy-Confirm": {
        "description": "Keys of policies whose warnings are known and accepted, with commas between.",
        "schema": {"type": "string", "pattern": "^[ -~]*$"},
        "example": "bank_data",
    },
    "Policy-Override": {
        "description": (
            "Why it is done although a policy refuses it, by a user who has the role that the policy names; "
            "percent-encoded where it is not ASCII."
        ),
        **_ENCODED,
    },
    "Policy-Ask": {
        "description": (
            "Why it should be approved, where a policy wants that: the approval is asked for and nothing else is done; "
            "percent-encoded where it is not ASCII."
        ),
        **_ENCODED,
    },
    operations.LANGUAGE: {
        "description": "German or English, for sentences in answers and refusals.",
        "schema": {"type": "string", "default": "de"},
        "example": "en",
    },
    keyed.HEADER: {
        "description": (
            "A key of the caller's choice for this one request (draft-ietf-httpapi-idempotency-key-header). Within 24 "
            "hours the same request with the same key is not done again: it gets the first answer, with "
            f"`{keyed.REPLAYED}: true`. Refusals are not kept, since they changed nothing."
        ),
        "schema": {"type": "string", "minLength": 8, "maxLength": 255, "pattern": r"^[!-~][ -~]*[!-~]$"},
        "example": "6f1c5f0e-8d0b-4f6f-9c3f-6c1b7f7f9a10",
    },
}

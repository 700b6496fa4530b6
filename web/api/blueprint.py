"""The blueprint that all resources hang on: how requests are read, who may call, what the description says of each."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Request
from flask_smorest import Blueprint, abort
from marshmallow import RAISE
from webargs.core import is_json
from webargs.flaskparser import FlaskParser

from web import access
from web.api import json_text, operations

View = TypeVar("View", bound=Callable[..., Any])


class Parser(FlaskParser):
    """Nothing unknown passes, wherever it stands; what is no JSON is told from what is no fitting JSON."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - as webargs has it
        "json": RAISE,
        "query": RAISE,
        "form": RAISE,
        "files": RAISE,
    }

    def _raw_load_json(self, req: Request) -> Any:
        if not is_json(req.mimetype):
            abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        try:
            return json_text.loads(req.get_data(cache=True))
        except json_text.Unreadable as error:
            abort(HTTPStatus.BAD_REQUEST, messages={"json": {error.field: [str(error)]}})

    def load_querystring(self, req: Request, schema: Any) -> Any:
        for name, value in req.args.items(multi=True):
            if "\0" in name + value:
                problem = {name.replace("\0", "")[:80]: ["holds signs that no text has"]}
                abort(HTTPStatus.UNPROCESSABLE_ENTITY, messages={"query": problem})
        return super().load_querystring(req, schema)


class Resources(Blueprint):
    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._prepare_doc_cbks.append(operations.complete)


blueprint = Resources("api", __name__, url_prefix="/api/v1")


def scoped(scope: str) -> Callable[[View], View]:
    """For whoever brings a token with this scope; the description says so."""

    def mark(view: View) -> View:
        first, *rest = view.__name__.split("_")
        named = first + "".join(map(str.capitalize, rest))
        documented = blueprint.doc(security=[{"token": [scope]}], operationId=named)
        return documented(access.scoped(scope)(view))  # type: ignore[no-any-return]

    return mark

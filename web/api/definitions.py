"""What is deployed: listed, handed back as a zip, checked and put in force."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from flask import Response, request
from marshmallow import fields

from cpm.commands import definitions as commands
from cpm.model import ResourceKind
from cpm.queries import definitions, packing
from cpm.queries.definitions import Status
from cpm.uow import UnitOfWork
from rules.xml import Finding
from web import headers
from web.api import definition_examples as examples
from web.api import uploaded
from web.api.blueprint import blueprint, scoped
from web.api.fields import Moment, Strict
from web.api.keyed import command
from web.here import engine
from web.language import language
from web.visitor import visitor

TAGS = ["Definitions"]


class VersionSchema(Strict):
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": [status.value for status in Status]})
    deployed_at = Moment(required=True)
    deployed_by = fields.String(required=True)
    open_cases = fields.Integer(required=True)
    all_cases = fields.Integer(required=True)


class DefinitionSchema(Strict):
    key = fields.String(required=True)
    name = fields.String(required=True)
    versions = fields.List(
        fields.Nested(VersionSchema), required=True, metadata={"description": "Newest first."}
    )


class DefinitionsSchema(Strict):
    items = fields.List(fields.Nested(DefinitionSchema), required=True)


class FileSchema(Strict):
    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in ResourceKind]})
    key = fields.String(required=True)
    version = fields.Integer(required=True)
    file = fields.String(required=True)
    bytes = fields.Integer(required=True)


class BoundSchema(Strict):
    key = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    files = fields.List(fields.Nested(FileSchema), required=True, metadata={"description": "What it binds."})


class NewVersionSchema(Strict):
    key = fields.String(required=True)
    version = fields.Integer(required=True)


class NewFileSchema(Strict):
    kind = fields.String(required=True)
    key = fields.String(required=True)
    version = fields.Integer(required=True)


class FindingSchema(Strict):
    file = fields.String(required=True)
    line = fields.Integer(required=True, allow_none=True)
    element = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)


class DeployedSchema(Strict):
    resources = fields.List(fields.Nested(NewFileSchema), required=True)
    definitions = fields.List(
        fields.Nested(NewVersionSchema),
        required=True,
        metadata={"description": "New versions of processes; empty if all was in force already."},
    )
    warnings = fields.List(
        fields.Nested(FindingSchema),
        required=True,
        metadata={"description": "What is worth a look in decision tables."},
    )


class CheckedSchema(Strict):
    deployable = fields.Boolean(required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True)
    warnings = fields.List(
        fields.Nested(FindingSchema),
        required=True,
        metadata={"description": "What is worth a look, and no reason to refuse the files."},
    )


@blueprint.get("/definitions", tags=TAGS)
@scoped("definitions:read")
@blueprint.response(200, DefinitionsSchema, example={"items": [examples.DEFINITION]})
def list_definitions() -> Any:
    """All processes with their versions, and how many cases run on each."""
    with engine().read(visitor().login) as look:
        return {"items": definitions.processes(look, language())}


@blueprint.get("/definitions/<string(maxlength=200):key>/versions/<id:version>", tags=TAGS)
@scoped("definitions:read")
@blueprint.response(200, BoundSchema, example=examples.BOUND)
def get_definition(key: str, version: int) -> Any:
    """One version of a process, with the files it binds."""
    with engine().read(visitor().login) as look:
        found = definitions.definition(look, key, version)
        about = {"key": found.key, "version": found.version, "name": found.name}
        return {**about, "files": definitions.files(look, found)}


@blueprint.get("/definitions/<string(maxlength=200):key>/versions/<id:version>/archive", tags=TAGS)
@scoped("definitions:read")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def download_definition(key: str, version: int) -> Response:
    """All files of one version as a zip, which can be deployed again."""
    with engine().read(visitor().login) as look:
        content = packing.zipped(look, definitions.definition(look, key, version))
    return Response(content, mimetype="application/zip")


def _examined(view: Callable[..., Response]) -> Callable[..., Response]:
    """Above `command`: what cannot be deployed is refused before a transaction begins that others wait for."""

    @wraps(view)
    def answer(*args: Any, **more: Any) -> Response:
        request.get_data()  # whole, for the Idempotency-Key, before the form is read
        files = uploaded.files()
        with engine().read(visitor().login) as look:
            commands.must_stand(look, files)
        return view(*args, **more)

    return answer


@blueprint.post("/definitions", tags=TAGS)
@scoped("definitions:write")
@headers.takes_up_to(uploaded.MOST)
@blueprint.doc(requestBody=uploaded.BODY)
@_examined
@command
@blueprint.response(200, DeployedSchema, example=examples.DEPLOYED)
def deploy_definitions(uow: UnitOfWork) -> Any:
    """Put files in force: all of them or none; 422 has every finding."""
    deployed = commands.deploy(uow, uploaded.files())
    return {
        "resources": deployed.resources,
        "definitions": deployed.definitions,
        "warnings": _told(deployed.warnings),
    }


@blueprint.post("/definitions/checks", tags=TAGS)
@scoped("definitions:write")
@headers.takes_up_to(uploaded.MOST)
@blueprint.doc(requestBody=uploaded.BODY)
@blueprint.response(200, CheckedSchema, example={"deployable": True, "findings": [], "warnings": []})
def check_definitions() -> Mapping[str, Any]:
    """All that speaks against deploying these files; nothing is changed."""
    files = uploaded.files()
    with engine().read(visitor().login) as look:
        found = commands.examine(look, files)
    return {
        "deployable": not found.findings,
        "findings": _told(found.findings),
        "warnings": _told(found.warnings),
    }


def _told(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {"file": each.file, "line": each.line, "element": each.element, "reason": each.because(language())}
        for each in findings
    ]

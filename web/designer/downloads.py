"""Deployed files as they came. A browser keeps them and never shows them: XML of strangers may carry scripts."""

import io

from flask import send_file
from flask.typing import ResponseReturnValue

from cpm.errors import NotFound
from cpm.model import ResourceKind
from cpm.queries import definitions as deployed
from cpm.queries import packing
from web import access
from web.designer.blueprint import blueprint
from web.designer.overview import READERS
from web.here import engine
from web.visitor import visitor


@blueprint.get("/files/<kind>/<path:key>/<int:version>")
@access.granted(*READERS)
def file(kind: str, key: str, version: int) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        found = deployed.resource(look, _kind(kind), key, version)
    return _kept(found.content, found.file.rpartition("/")[2])


@blueprint.get("/processes/<path:key>/<int:version>.zip")
@access.granted(*READERS)
def archive(key: str, version: int) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        row = deployed.definition(look, key, version)
        content = packing.zipped(look, row)
    return _kept(content, f"{key}-{version}.zip")


def _kind(word: str) -> ResourceKind:
    try:
        return ResourceKind(word)
    except ValueError as error:
        raise NotFound(f"Expected a kind of file, but {word!r:.40} is none") from error


def _kept(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(
        io.BytesIO(content), mimetype="application/octet-stream", as_attachment=True, download_name=name
    )

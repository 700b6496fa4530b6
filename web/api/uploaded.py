"""Files in the body of a request: parts of a form, or one zip."""

from http import HTTPStatus
from typing import Any

from flask import request
from flask_smorest import abort
from werkzeug.datastructures import FileStorage

from cpm.commands import archives, uploads
from cpm.errors import Invalid

MOST = archives.LARGEST + 1024 * 1024  #: a form has a little around its files
ZIP, FORM = "application/zip", "multipart/form-data"
_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
#: For the description.
BODY: dict[str, Any] = {
    "required": True,
    "description": ".bpmn, .dmn, .form and texts/<language>.toml, as parts named `files` or as one zip.",
    "content": {
        FORM: {
            "schema": {
                "type": "object",
                "properties": {"files": _FILES},
                "required": ["files"],
                "additionalProperties": False,
            }
        },
        ZIP: {"schema": {"type": "string", "format": "binary"}},
    },
}


def files() -> dict[str, bytes]:
    """By name, as `definitions.deploy` takes them. Invalid says what is wrong with them."""
    if request.mimetype == ZIP:
        return uploads.unpack([("upload.zip", request.get_data())])
    if request.mimetype != FORM:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if strange := sorted({*request.files} - {"files"} | {*request.form}):
        raise Invalid(
            "Expected parts named files, each with the name of its file, but there are others",
            [(name[:80], "Unknown field.") for name in strange],
            problems_de=[(name[:80], "Diese Angabe gibt es hier nicht.") for name in strange],
            de="Erwartet werden nur Teile namens files, jeder mit einem Dateinamen.",
        )
    return uploads.unpack((each.filename or "", _whole(each)) for each in request.files.getlist("files"))


def _whole(file: FileStorage) -> bytes:
    """Read again by whoever asks again."""
    file.stream.seek(0)
    content: bytes = file.read()
    return content

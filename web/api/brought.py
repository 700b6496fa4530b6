"""A file as the body of a request: read a piece at a time, before any transaction, and never as a whole into memory."""

from collections.abc import Callable
from functools import wraps
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, TypeVar, cast

from flask import g, request
from flask_smorest import abort

from cpm import store
from cpm.commands.document_limits import too_large
from cpm.sniffing import BYTES
from cpm.store import PIECE, Blob
from web.here import engine

View = TypeVar("View", bound=Callable[..., Any])
#: For the description.
BODY: dict[str, Any] = {
    "required": True,
    "description": "The file, byte for byte.",
    "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}},
}


def largest() -> int:
    return engine().settings.documents.file_limit


def brought(view: View) -> View:
    """Above `command`: what was sent is in `blob()`, and counts under an Idempotency-Key by its digest."""

    @wraps(view)
    def answer(*args: Any, **more: Any) -> Any:
        if request.mimetype != BYTES:
            abort(415)
        with SpooledTemporaryFile(max_size=PIECE) as copy:
            while piece := request.stream.read(PIECE):
                copy.write(piece)
                if copy.tell() > largest():
                    raise too_large(largest())
            g.brought = Blob.of(cast("BinaryIO", copy))
            store.ahead(engine().settings.documents, g.brought)
            return view(*args, **more)

    return cast("View", answer)


def blob() -> Blob:
    found: Blob = g.brought
    return found

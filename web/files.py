"""Files that we hand out: whole and checked before the first byte leaves, under a name that every browser takes.

They are copied beside first, so that no transaction of the database waits for somebody's slow line.
"""

import unicodedata
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import quote

from flask import Response, request

from cpm.model import Document
from cpm.queries import documents
from cpm.sniffing import BYTES
from cpm.store import PIECE
from cpm.uow import UnitOfWork

_PLAIN = "!#$&+-.^_`|~"  #: beside letters and digits, what a value may have as it is (RFC 8187 3.2.1)


def attached(look: UnitOfWork, document: Document) -> Response:
    """To keep, never to show: a stranger's file does not become a page of ours."""
    return _answer(look, document, BYTES, attachment=True)


def shown(look: UnitOfWork, document: Document, policy: str) -> Response:
    """Within a page of ours, as what its bytes are; `policy` is the Content-Security-Policy that it lives under."""
    answer = _answer(look, document, document.sniffed or BYTES, attachment=False)
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def disposition(name: str, *, attachment: bool) -> str:
    """Content-Disposition with the name in ASCII, and as it is for who can read that (RFC 6266 4.3)."""
    name = " ".join(name.split())  # no header has two lines
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join("_" if each in '"\\%;' or not each.isprintable() else each for each in plain) or "file"
    kind = "attachment" if attachment else "inline"
    if plain == name:
        return f'{kind}; filename="{plain}"'
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_PLAIN)}"


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _answer(look: UnitOfWork, document: Document, media_type: str, *, attachment: bool) -> Response:
    documents.must_be_free(look, document)
    tag = f'"{document.digest}"'
    if document.digest in request.if_none_match:
        return Response(status=304, headers={"ETag": tag})
    copy: IO[bytes] = SpooledTemporaryFile(max_size=PIECE)  # noqa: SIM115 - closed when it is sent
    size = 0
    try:
        for piece in look.store.checked(document.digest):
            size += copy.write(piece)
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    answer = Response(pieces(copy), mimetype=media_type)
    answer.call_on_close(copy.close)
    answer.headers["Content-Length"] = str(size)
    answer.headers["Content-Disposition"] = disposition(document.name, attachment=attachment)
    answer.headers["ETag"] = tag
    return answer

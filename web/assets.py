"""Where the browser finds our files and those of others, under names that change when their content does.

Ours go without their comments, which are a tenth of what the browser would wait for.
"""

import hashlib
import json
import mimetypes
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from flask import Flask, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.security import safe_join

STATIC = Path(__file__).parent / "static"
VENDOR = STATIC / "vendor"
_COMMENTS = {".css": re.compile(rb"/\*.*?\*/\n?", re.DOTALL), ".js": re.compile(rb"^ *//.*\n", re.MULTILINE)}
A_YEAR = 365 * 24 * 60 * 60


class Asset(NamedTuple):
    url: str
    #: What the browser holds the file against; empty for our own, which come with the page from one server.
    integrity: str


class Vendored(NamedTuple):
    #: Below `static/`, with the hash of its content in it.
    path: str
    integrity: str


def register(app: Flask) -> None:
    """Templates say `asset("htmx.js")`, and what carries its hash in its address is kept for a year."""
    app.add_template_global(asset)

    def static(filename: str) -> ResponseReturnValue:
        path = safe_join(str(STATIC), filename)
        if path is None or Path(path).parent != STATIC or not Path(path).is_file():
            return app.send_static_file(filename)
        response = Response(lean(Path(path)), mimetype=mimetypes.guess_type(path)[0])
        response.cache_control.no_cache = True  # as of every file whose address may bring another tomorrow
        response.set_etag(_version(Path(path)))
        return response.make_conditional(request)

    app.view_functions["static"] = static
    app.after_request(_kept_for_long)


def asset(name: str) -> Asset:
    """By the name in the manifest of `vendor/`, or by the path of our own file below `static/`."""
    if other := vendored().get(name):
        return Asset(url_for("static", filename=other.path), other.integrity)
    return Asset(url_for("static", filename=name, v=_version(STATIC / name)), "")


def lean(path: Path) -> bytes:
    """A style sheet without its comments, a script without the lines that are comments alone; else the file."""
    return _lean(path, path.stat().st_mtime_ns)


@cache
def _lean(path: Path, _changed_at: int) -> bytes:
    comment = _COMMENTS.get(path.suffix)
    return comment.sub(b"", path.read_bytes()) if comment else path.read_bytes()


@cache
def vendored() -> dict[str, Vendored]:
    """What `make vendor` has written down, by name."""
    assets = json.loads((VENDOR / "manifest.json").read_text())["assets"]
    return {name: Vendored(f"vendor/{found['file']}", found["integrity"]) for name, found in assets.items()}


def _version(path: Path) -> str:
    return _hash(path, path.stat().st_mtime_ns)


@cache
def _hash(path: Path, _changed_at: int) -> str:
    """Anew whenever the file has changed, so that a developer need not restart anything."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _kept_for_long(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in {200, 304} and _named_by_content():
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def _named_by_content() -> bool:
    """False for an address of yesterday: what it brings today must not be kept under it."""
    name = (request.view_args or {})["filename"]
    if any(name == other.path for other in vendored().values()):
        return True
    return request.args.get("v") == _version(STATIC / name)

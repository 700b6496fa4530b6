"""Views that do something: one transaction each, and under an Idempotency-Key only once.

What is kept, and why refusals are not, says `cpm.commands.requests`.
"""

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, TypeVar

from flask import Response, g, request

from cpm.commands import requests
from cpm.errors import Invalid
from cpm.model import Request
from cpm.uow import UnitOfWork
from web import assent
from web.here import engine
from web.visitor import visitor

View = TypeVar("View", bound=Callable[..., Any])
HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[!-~](?:[ -~]{6,253})[!-~]")


def command(view: Callable[..., Response]) -> Callable[..., Response]:
    """The view gets its unit of work as the last argument; its answer is made before the transaction ends."""

    @wraps(view)
    def answer(*args: Any, **more: Any) -> Response:
        key = _key()
        request.get_data()  # before the transaction: who sends slowly keeps nobody waiting
        with engine().begin(visitor().login, assent.of_headers()) as uow:
            if key is None:
                return view(*args, uow=uow, **more)
            return _once(uow, key, lambda: view(*args, uow=uow, **more))

    described = getattr(view, "_apidoc", {})
    answer._apidoc = {**described, "keyed": True}  # type: ignore[attr-defined]  # noqa: SLF001 - flask-smorest's
    return answer


def rehearsable(view: Callable[..., Response]) -> Callable[..., Response]:
    """As `command`; with `dry_run` among what is given, it is done in a rehearsal of which nothing stays."""
    really = command(view)

    @wraps(really)
    def answer(given: dict[str, Any], *args: Any, **more: Any) -> Response:
        if not given.pop("dry_run"):
            return really(given, *args, **more)
        with engine().rehearse(visitor().login, assent.of_headers()) as uow:
            return view(given, *args, uow=uow, **more)

    return answer


def _once(uow: UnitOfWork, key: str, do: Callable[[], Response]) -> Response:
    asked = _asked()
    if (before := requests.find(uow, key, asked)) is not None:
        return _again(before)
    response = do()
    requests.keep(
        uow,
        key,
        asked,
        status=response.status_code,
        media_type=response.mimetype or "",
        location=response.headers.get("Location"),
        body=response.get_data(),
    )
    return response


def _again(before: Request) -> Response:
    response = Response(before.body, before.status, mimetype=before.media_type)
    response.headers[REPLAYED] = "true"
    if before.location:
        response.headers["Location"] = before.location
    return response


def _key() -> str | None:
    """As the draft says, a string between quotation marks means what is between them."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    key = given[1:-1] if len(given) > 1 and given[0] == given[-1] == '"' else given
    if not _KEY.fullmatch(key):
        what = "must have 8 to 255 printable ASCII characters"
        raise Invalid(
            f"Expected a usable {HEADER}, but it {what}",
            [(HEADER, what)],
            de=f"{HEADER} muss 8 bis 255 druckbare ASCII-Zeichen haben.",
        )
    return key


def _asked() -> str:
    address = f"{request.method} {request.full_path}"
    return requests.fingerprint(address.encode(), request.mimetype.encode(), *_content())


def _content() -> Iterator[bytes]:
    """A form's parts by themselves: what stands between them may change from one attempt to the next."""
    if "brought" in g:  # a file that was read a piece at a time (`brought`)
        yield g.brought.digest.encode()
        return
    if request.mimetype != "multipart/form-data":
        yield request.get_data()
        return
    for name, part in request.files.items(multi=True):
        yield from (name.encode(), (part.filename or "").encode(), part.read())
        part.seek(0)

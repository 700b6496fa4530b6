"""What customers see: the public form of a process, and the pages behind signed links to a case.

Nobody signs in here and no cookie is set. What is shown of a case is what its customer wrote, was sent, and may know
of how it stands. What keeps forged and repeated posts out is the page's own signed ticket.
"""

from flask import Flask, Response

from web import csrf
from web.customer import addresses, opting_out, status, views
from web.customer.blueprint import blueprint
from web.here import engine

__all__ = ["views"]


_LINKED = (blueprint, status.blueprint, opting_out.blueprint)


def register(app: Flask) -> None:
    for each in _LINKED:
        csrf.protect.exempt(each)
        app.register_blueprint(each)
    app.register_blueprint(addresses.blueprint)


def _private(response: Response) -> Response:
    """The address or a ticket in the page is the secret: nothing keeps it, passes it on or lists it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _ours() -> dict[str, str]:
    return {"firm": engine().settings.firm}


for _each in _LINKED:
    _each.after_request(_private)
    _each.context_processor(_ours)

"""What a script of ours sends is answered like what a browser does, but for a way to go on: a script cannot see where a
redirect leads without going there, and what is told once would have been told to nobody.
"""

from flask import Flask, request
from flask.wrappers import Response

#: page: a form handed in by script; part: what is kept by itself, answered by a part of the page.
ASKED = "CPM-Kept"
GOES = "CPM-Goes"


def register(app: Flask) -> None:
    app.after_request(_lead)


def asked_for_part() -> bool:
    return request.headers.get(ASKED) == "part"


def _lead(response: Response) -> Response:
    if request.headers.get(ASKED) == "page" and response.status_code in {302, 303}:
        response.headers[GOES] = response.headers.pop("Location")
        response.status_code = 204
        response.set_data(b"")
    return response

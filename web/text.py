"""No text of a request holds what no database keeps: PostgreSQL takes no NUL (its manual, 8.3)."""

from flask import Flask, abort, request

_NUL = "\x00"


def register(app: Flask) -> None:
    app.before_request(_check)


def _check() -> None:
    """After those who may not ask are gone: only then is a form worth reading."""
    parts = [request.path, *request.args.values(), *(value for _, value in request.form.items(multi=True))]
    if any(_NUL in part for part in (*parts, *request.args, *request.form)):
        abort(400)

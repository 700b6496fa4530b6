"""No text of a request holds what no database keeps: PostgreSQL takes no NUL (its manual, 8.3)."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
_NUL = "\x00"


def register(app: Flask) -> None:
    app.before_request(_check)


def told_by_the_form(view: View) -> View:
    """For a view whose form says at the field what is wrong with such a text."""
    view.cpm_any_text = True  # type: ignore[attr-defined]
    return view


def reads_forms() -> bool:
    """Whether the form of this request may be looked into before its view does."""
    return not hasattr(current_app.view_functions.get(request.endpoint or ""), "cpm_any_text")


def _check() -> None:
    """After those who may not ask are gone: only then is a form worth reading."""
    if any(_NUL in part for part in _parts()):
        abort(400)


def _parts() -> Iterator[str]:
    yield request.path
    for given in (request.args, request.form) if reads_forms() else (request.args,):
        for name, value in given.items(multi=True):
            yield name
            yield value

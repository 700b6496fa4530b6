"""What every answer says to the browser for safety, and how large a request may be."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask.wrappers import Response

View = TypeVar("View", bound=Callable[..., Any])

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def register(app: Flask) -> None:
    app.before_request(_limit)
    app.after_request(_protect)


def takes_up_to(size: int | Callable[[], int]) -> Callable[[View], View]:
    """For a view that takes files: how many bytes a request to it may have, or what says so when it comes."""

    def mark(view: View) -> View:
        view.cpm_takes = size  # type: ignore[attr-defined]
        return view

    return mark


def _limit() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if (size := getattr(view, "cpm_takes", None)) is not None:
        request.max_content_length = size() if callable(size) else size


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":  # whoever uses this browser next reads nobody's pages
        response.headers.setdefault("Cache-Control", "no-store")
    return response

"""A page with nothing but a form, drawn as our pages draw theirs, on a server of its own."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, Response

from tests.browser.site import served
from tests.web.forms.conftest import TEMPLATES
from web import assets, headers
from web import forms as web_forms


def page(fragment: str, more: str = "") -> str:
    """`fragment` draws the fields; `more` stands in the head."""
    return f"""<!doctype html><html lang="{{{{ language }}}}"><head><title>Form</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="{{{{ asset('cpm.css').url }}}}"><link rel="stylesheet" href="{{{{ asset('forms.css').url }}}}">
<script src="{{{{ asset('htmx.js').url }}}}" defer></script>{more}
</head><body><main><h1>Form</h1>
{{%- from "forms/_summary.html" import summary -%}}{{{{ summary(problems, fields, language) }}}}
<form method="post" novalidate>{fragment}<button>OK</button></form></main></body></html>"""


@contextlib.contextmanager
def at(get: dict[str, Callable[[], Any]], post: dict[str, Callable[[], Any]]) -> Iterator[str]:
    """What answers at which path; where, until the block ends."""
    app = Flask("web", template_folder=str(TEMPLATES), static_folder=str(assets.STATIC))
    for part in (assets, web_forms):
        part.register(app)
    for method, views in (("GET", get), ("POST", post)):
        for path, view in views.items():
            app.add_url_rule(path, f"{method} {path}", view, methods=[method])
    app.after_request(_strict)
    with served(app) as url:
        yield url


def _strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = headers.POLICY
    return response

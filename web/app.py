"""The Flask application over an engine: what every request goes through, in the order it does."""

import hashlib
import hmac
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from cpm.engine import Engine
from cpm.settings import Settings
from web import (
    access,
    account,
    addresses,
    agent,
    api,
    assets,
    bulk,
    csrf,
    customer,
    designer,
    erp,
    errors,
    forms,
    frame,
    headers,
    health,
    hooks,
    language,
    leading,
    live,
    metrics,
    operator,
    palette,
    phone,
    request_log,
    supervisor,
    text,
    training,
    visitor,
    written_in,
)

AREAS = (
    account,
    agent,
    phone,
    supervisor,
    designer,
    bulk,
    operator,
    customer,
    training,
    api,
    hooks,
    live,
    palette,
    health,
)
MEGABYTE = 1024 * 1024
#: A view that takes files says more with `headers.takes_up_to`.
LARGEST_REQUEST = 1 * MEGABYTE


def create_app(engine: Engine, **config: Any) -> Flask:
    """The application; `config` overrides Flask's settings, as tests do."""
    app = Flask(__name__)
    app.config.update(_config(engine.settings), **config)
    app.extensions["cpm"] = engine
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = False
    if engine.settings.http_proxies:
        hops = engine.settings.http_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    for part in (
        addresses,
        request_log,
        metrics,
        headers,
        leading,
        errors,
        language,
        assets,
        visitor,
        access,
        csrf,
        text,
        written_in,
        frame,
        forms,
        erp,
    ):
        part.register(app)
    for area in AREAS:
        area.register(app)
    return app


def _config(settings: Settings) -> dict[str, Any]:
    address = urlsplit(settings.http_url)
    return {
        # A key of its own: who learns one learns nothing about our Message-IDs
        "SECRET_KEY": hmac.digest(settings.secret, b"web session", hashlib.sha256),
        # Two ports of one host share their cookies: who practises stays signed in at their desk.
        "SESSION_COOKIE_NAME": "cpm_training" if settings.training.here else "cpm",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": address.scheme == "https",
        "TRUSTED_HOSTS": [name for name in {address.hostname, "127.0.0.1", "localhost"} if name],
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_REQUEST,
        "MAX_FORM_PARTS": 2_000,
    }

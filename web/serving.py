"""What a WSGI server loads: `web.serving:application()`, with the settings of the environment."""

import logging

from flask import Flask

from cpm import installation, settings
from web.app import create_app
from web.request_log import RequestIds


def application() -> Flask:
    """Unavailable says what is wrong with the database, and the server does not start."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(RequestIds())
    return create_app(installation.opened(settings.load()))

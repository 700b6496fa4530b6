"""The engine of the application that serves this request."""

from flask import current_app

from cpm.engine import Engine


def engine() -> Engine:
    found: Engine = current_app.extensions["cpm"]
    return found

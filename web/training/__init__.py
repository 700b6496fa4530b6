"""Practising: the way over from the desk, the way in at the other side, and what is possible only there."""

from flask import Flask

from web.training import pages
from web.training.blueprint import blueprint

__all__ = ["pages", "register"]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

"""What process designers work with: definitions, their versions, uploads."""

from flask import Flask

from web.designer import downloads, overview, templates, trying, upload
from web.designer.blueprint import blueprint

__all__ = ["downloads", "overview", "register", "templates", "trying", "upload"]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

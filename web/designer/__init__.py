"""What process designers work with: definitions, their versions, uploads."""

from flask import Flask

from web.designer.blueprint import blueprint


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

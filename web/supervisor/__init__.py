"""What supervisors work with: exceptions and their remedies."""

from flask import Flask

from web.supervisor.blueprint import blueprint


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

"""What operators work with: users, teams, tokens, messages that could not be filed."""

from flask import Flask

from web.operator.blueprint import blueprint


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

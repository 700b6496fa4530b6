"""What agents work with: inbox, guided case, search, customers."""

from flask import Flask

from web.agent.blueprint import blueprint


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

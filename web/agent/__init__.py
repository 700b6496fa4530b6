"""What agents work with: inbox, guided case, search, customers."""

from flask import Flask

from web.agent import case, customers, guided, inbox, list_files, lists, moving, new_case, search, suspension
from web.agent.blueprint import blueprint

__all__ = [
    "case",
    "customers",
    "guided",
    "inbox",
    "list_files",
    "lists",
    "moving",
    "new_case",
    "register",
    "search",
    "suspension",
]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

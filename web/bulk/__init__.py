"""What is done to many cases at once: batches, and migrations to another version of a process."""

from flask import Flask

from web.bulk import batch, migration, one_case
from web.bulk.blueprint import blueprint

__all__ = ["batch", "migration", "one_case", "register"]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

"""What supervisors work with: exceptions and their remedies."""

from flask import Flask

from web.supervisor import acting, bulk, declaring, incident, queue
from web.supervisor.blueprint import blueprint

__all__ = ["acting", "bulk", "declaring", "incident", "queue", "register"]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

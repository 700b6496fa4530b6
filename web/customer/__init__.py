"""What customers see: the public form of a process."""

from flask import Flask

from web.customer.blueprint import blueprint


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

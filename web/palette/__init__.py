"""One box in the frame for whatever somebody wants: a case, a customer, a product, a page, something to do; and the keys there are."""

from flask import Flask

from web.palette import keys, view

__all__ = ["keys", "register", "view"]


def register(app: Flask) -> None:
    app.register_blueprint(view.blueprint)

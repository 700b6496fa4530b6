"""What customers see: the public form of a process, and the page behind the secret link to a case.

Nobody signs in here, no cookie is set, and nothing of a case is shown but its number. What keeps forged and
repeated posts out is the page's own signed ticket.
"""

from flask import Flask

from web import csrf
from web.customer import addresses, views
from web.customer.blueprint import blueprint

__all__ = ["views"]


def register(app: Flask) -> None:
    csrf.protect.exempt(blueprint)
    app.register_blueprint(blueprint)
    app.register_blueprint(addresses.blueprint)

"""What customers see: the public form of a process, and the pages behind signed links to a case.

Nobody signs in here and no cookie is set. What is shown of a case is what its customer wrote, was sent, and may know
of how it stands. What keeps forged and repeated posts out is the page's own signed ticket.
"""

from flask import Flask

from web import csrf
from web.customer import addresses, opting_out, status, views
from web.customer.blueprint import blueprint

__all__ = ["views"]


def register(app: Flask) -> None:
    csrf.protect.exempt(blueprint)
    csrf.protect.exempt(status.blueprint)
    csrf.protect.exempt(opting_out.blueprint)
    app.register_blueprint(blueprint)
    app.register_blueprint(status.blueprint)
    app.register_blueprint(opting_out.blueprint)
    app.register_blueprint(addresses.blueprint)

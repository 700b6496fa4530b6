"""For whoever watches over us: are we alive, and can we work?"""

from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue

from cpm import schema
from cpm.errors import Unavailable
from web import access
from web.here import engine

blueprint = Blueprint("health", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
@access.public
def alive() -> ResponseReturnValue:
    """This process answers; asks nobody else, so that a slow database does not get it killed."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@access.public
def ready() -> ResponseReturnValue:
    """The database is there and fits this release; 503 otherwise, without saying more to strangers."""
    try:
        schema.require_current(engine().database)
    except Unavailable:
        return jsonify(status="unavailable"), 503
    return jsonify(status="ok")

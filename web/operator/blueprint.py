"""The blueprint that the views of this area hang on."""

from flask import Blueprint

blueprint = Blueprint("operator", __name__, url_prefix="/admin")

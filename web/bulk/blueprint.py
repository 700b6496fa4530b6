"""The blueprint that the views of this area hang on, and who may call them."""

from flask import Blueprint

from cpm.model import Role

blueprint = Blueprint("bulk", __name__)

#: Designers see how it would go and what became of it.
READERS = (Role.SUPERVISOR, Role.OPERATOR, Role.DESIGNER)
STARTERS = (Role.SUPERVISOR, Role.OPERATOR)

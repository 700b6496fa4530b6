"""The blueprint that the views of this area hang on, and who may call them."""

from flask import Blueprint, request

from cpm.model import Role

blueprint = Blueprint("bulk", __name__)

#: Designers see how it would go and what became of it.
READERS = (Role.SUPERVISOR, Role.OPERATOR, Role.DESIGNER)
STARTERS = (Role.SUPERVISOR, Role.OPERATOR)
_DIGITS = 9  #: of numbers that every part of us can keep


def whole(name: str, otherwise: int) -> int:
    """A number that the address or the form gives, from 0; what is none is `otherwise`."""
    return next(iter(wholes(name)), otherwise)


def wholes(name: str) -> list[int]:
    """All those of this name."""
    words = request.values.getlist(name)
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) <= _DIGITS]

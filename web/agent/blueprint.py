"""The blueprint that the views of this area hang on."""

from flask import Blueprint, request

from cpm.model import Role

blueprint = Blueprint("agent", __name__)

#: Who may see cases at all; which ones, the queries decide.
READERS = (Role.AGENT, Role.SUPERVISOR)


def page_number() -> int:
    """The page that is asked for, from 1; what is no number is the first."""
    asked = request.args.get("page", "1")
    return min(max(int(asked), 1), 100_000) if asked.isdecimal() and len(asked) < 7 else 1

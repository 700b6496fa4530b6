"""What operators work with: users, teams, absences, tokens, messages, the audit."""

from flask import Flask

from web.operator import (
    absences,
    audit,
    erp,
    mailboxes,
    messages,
    new_user,
    suspensions,
    teams,
    tokens,
    users,
)
from web.operator.blueprint import blueprint

__all__ = [
    "absences",
    "audit",
    "erp",
    "mailboxes",
    "messages",
    "new_user",
    "register",
    "suspensions",
    "teams",
    "tokens",
    "users",
]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

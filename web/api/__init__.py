"""REST under /api/v1: a schema beside its view, tokens with scopes, problem+json.

Every view has its scope (`scoped`); those that do something are commands (`keyed.command`).
"""

from flask import Flask

from web import csrf
from web.api import (
    batches,
    cases,
    choices,
    customers,
    decisions,
    definitions,
    incidents,
    interactions,
    journal,
    messages,
    migrations,
    moving,
    rates,
    signals,
    spec,
    suspensions,
    tasks,
    tree,
    why,
)
from web.api.blueprint import blueprint

__all__ = [
    "batches",
    "cases",
    "choices",
    "customers",
    "decisions",
    "definitions",
    "incidents",
    "interactions",
    "journal",
    "messages",
    "migrations",
    "moving",
    "register",
    "signals",
    "suspensions",
    "tasks",
    "tree",
    "why",
]


def register(app: Flask) -> None:
    """No cookie counts here, so there is nothing to forge."""
    csrf.protect.exempt(blueprint)
    rates.register(app)
    spec.register(app)

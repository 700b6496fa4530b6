"""REST under /api/v1: a schema beside its view, tokens with scopes, problem+json.

Every view has its scope (`scoped`); those that do something are commands (`keyed.command`).
"""

from flask import Flask

from web import csrf
from web.api import (
    batches,
    cases,
    choices,
    comments,
    customer_notes,
    customers,
    decisions,
    definitions,
    documents,
    duplicates,
    erp,
    erp_status,
    follow_ups,
    incidents,
    interactions,
    journal,
    links,
    messages,
    migrations,
    moving,
    rates,
    replies,
    signals,
    spec,
    suggestions,
    suspensions,
    tasks,
    timeline,
    tree,
    why,
)
from web.api.blueprint import blueprint

__all__ = [
    "batches",
    "cases",
    "choices",
    "comments",
    "customer_notes",
    "customers",
    "decisions",
    "definitions",
    "documents",
    "duplicates",
    "erp",
    "erp_status",
    "follow_ups",
    "incidents",
    "interactions",
    "journal",
    "links",
    "messages",
    "migrations",
    "moving",
    "register",
    "replies",
    "signals",
    "suggestions",
    "suspensions",
    "tasks",
    "timeline",
    "tree",
    "why",
]


def register(app: Flask) -> None:
    """No cookie counts here, so there is nothing to forge."""
    csrf.protect.exempt(blueprint)
    rates.register(app)
    spec.register(app)

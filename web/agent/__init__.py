"""What agents work with: inbox, guided case, search, customers."""

from flask import Flask

from web.agent import (
    acting_on,
    case,
    chosen,
    comments,
    customer_list,
    customer_notes,
    customer_parts,
    customers,
    documents,
    duplicates,
    erp,
    erp_parties,
    guided,
    inbox,
    links,
    list_files,
    lists,
    moving,
    new_case,
    reply,
    said,
    search,
    suspension,
    timeline,
    told,
    worth,
)
from web.agent.blueprint import blueprint
from web.agent.path import acceptance, again, deciding, wrapping

__all__ = [
    "acceptance",
    "acting_on",
    "again",
    "case",
    "chosen",
    "comments",
    "customer_list",
    "customer_notes",
    "customer_parts",
    "customers",
    "deciding",
    "documents",
    "duplicates",
    "erp",
    "erp_parties",
    "guided",
    "inbox",
    "links",
    "list_files",
    "lists",
    "moving",
    "new_case",
    "register",
    "reply",
    "said",
    "search",
    "suspension",
    "timeline",
    "told",
    "worth",
    "wrapping",
]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

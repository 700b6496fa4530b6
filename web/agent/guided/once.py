"""Pressed twice, sent again because the answer was lost: a page's key is handed in once, and answered as often as it comes."""

from flask import request

from cpm.commands import requests
from cpm.uow import UnitOfWork
from web.agent.guided.carried import posted_key

#: What differs between two attempts at the same.
_OURS = frozenset({"csrf_token", "_draft"})


def mark(uow: UnitOfWork) -> None:
    """In the transaction that does it."""
    if posted := posted_key():
        requests.mark(uow, posted, _asked())


def done(look: UnitOfWork) -> bool:
    posted = posted_key()
    return posted is not None and requests.done(look, posted, _asked())


def _asked() -> str:
    fields = (pair for pair in request.form.items(multi=True) if pair[0] not in _OURS)
    return requests.fingerprint(request.path.encode(), *(part.encode() for pair in fields for part in pair))

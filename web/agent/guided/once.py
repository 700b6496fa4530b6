"""Pressed twice, sent again because the answer was lost: a page's key is handed in once, and answered as often as it comes.

The forms of a page carry one key, which counts for each of them and for what it says: a page that was gone back to may say something else.
"""

from flask import request

from cpm.commands import requests
from cpm.uow import UnitOfWork
from web.agent.guided.carried import posted_key
from web.kept import WHO
from web.written_in import LANGUAGE

#: What differs between two attempts at the same.
_OURS = frozenset({"csrf_token", "_draft", LANGUAGE, WHO})


def mark(uow: UnitOfWork) -> None:
    """In the transaction that does it."""
    if key := _key():
        requests.mark(uow, key, _asked())


def done(look: UnitOfWork) -> bool:
    key = _key()
    return key is not None and requests.done(look, key, _asked())


def _key() -> str | None:
    posted = posted_key()
    return posted and requests.fingerprint(posted.encode(), _asked().encode())


def keep(uow: UnitOfWork) -> None:
    """As `mark`, of a form that stays open and may say something else under the same key afterwards."""
    if posted := posted_key():
        asked = _asked()
        requests.mark(uow, f"{posted}/{asked}", asked)


def kept(look: UnitOfWork) -> bool:
    """Whether just this was done already."""
    posted, asked = posted_key(), _asked()
    return posted is not None and requests.done(look, f"{posted}/{asked}", asked)


def _asked() -> str:
    fields = (pair for pair in request.form.items(multi=True) if pair[0] not in _OURS)
    return requests.fingerprint(request.path.encode(), *(part.encode() for pair in fields for part in pair))

"""Signed papers of the public pages: a ticket with each form, which is taken once, and a receipt for what was sent."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from web.here import engine

#: A machine fills a form in at once; a person does not leave it open for longer than a day.
SOONEST, LATEST = timedelta(seconds=3), timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Ticket:
    page: str  #: no other page has it
    age: timedelta


def issue(key: str) -> str:
    """For one page of the form with this key."""
    return _signer("web form").dumps([key, _now(), secrets.token_urlsafe(12)])


def read(text: str, key: str) -> Ticket | None:
    """None if it is not of our making, or not for this form."""
    found = _loaded("web form", text, key)
    return None if found is None else Ticket(str(found[1]), found[0])


def receipt(key: str, entry_id: int) -> str:
    return _signer("receipt").dumps([key, _now(), entry_id])


def entry_of(text: str, key: str) -> int | None:
    """The entry that a receipt is for; it can be looked at for a day."""
    found = _loaded("receipt", text, key)
    return found[1] if found is not None and found[0] <= LATEST and isinstance(found[1], int) else None


def _loaded(kind: str, text: str, key: str) -> tuple[timedelta, object] | None:
    try:
        form, issued, content = _signer(kind).loads(text)
    except BadData:
        return None
    age = engine().clock() - datetime.fromtimestamp(issued, UTC)
    return (age, content) if form == key else None


def _now() -> float:
    return engine().clock().timestamp()


def _signer(kind: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=kind)

"""A ticket: who somebody is, said by the desk to the place where they practise. Signed, and good for a minute, once and
in the browser that asked for it.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

_GOOD_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Ticket:
    login: str
    name: str
    supervisor: bool
    language: str | None
    single_keys: bool
    once: str  #: a word that the place to practise has given to the browser that comes over


def written(key: bytes, ticket: Ticket, now: datetime) -> str:
    """For an address."""
    body = json.dumps({**asdict(ticket), "until": (now + _GOOD_FOR).timestamp()}).encode()
    return base64.urlsafe_b64encode(_signature(key, body) + body).decode().rstrip("=")


def read(key: bytes, text: str, now: datetime) -> Ticket | None:
    """None if it is nobody's, or too old."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return None
    body = raw[32:]
    if not key or not hmac.compare_digest(raw[:32], _signature(key, body)):
        return None
    said: Mapping[str, object] = json.loads(body)
    until = said["until"]
    if not isinstance(until, float) or until < now.timestamp():
        return None
    return Ticket(
        str(said["login"]),
        str(said["name"]),
        said["supervisor"] is True,
        str(said["language"]) if said["language"] else None,
        said["single_keys"] is True,
        str(said["once"]),
    )


def _signature(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, hashlib.sha256)

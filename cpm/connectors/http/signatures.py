"""Signs what we tell other systems, and proves what they tell us, by a secret that both know.

Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over id, seconds since 1970 and body, so that nobody says it again later.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from cpm.connectors.http.operations import Hook

#: How far two clocks may be apart, and how long a message may have been on its way.
TOLERANCE = timedelta(minutes=5)
ID, AT, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_PREFIX = "whsec_"


def signed(secret: bytes, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The headers of a message that leaves now."""
    at = str(int(now.timestamp()))
    return {ID: message_id, AT: at, SIGNATURE: f"v1,{_digest(secret, message_id, at, body)}"}


def proves(hook: Hook, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether who sent this knows the secret. `headers` are in lower case; compared in constant time."""
    return fits(hook.scheme, secret, headers, body, now, header=hook.header)


def fits(
    scheme: str, secret: str, headers: Mapping[str, str], body: bytes, now: datetime, *, header: str = ""
) -> bool:
    """As `proves`; `header` carries the signature of hmac-sha256."""
    match scheme:
        case "standard":
            return _standard(key_of(secret), headers, body, now)
        case "hmac-sha256":
            expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            return _same(headers.get(header, "").removeprefix("sha256=").lower(), expected)
        case "bearer":
            return _same(headers.get("authorization", ""), f"Bearer {secret}")
    return False


def timed(secret: str, at: str, signature: str, body: bytes, now: datetime) -> bool:
    """Whether this is the hexadecimal HMAC-SHA256 of `<at>.<body>`; `at` are seconds since 1970, not further from now than TOLERANCE."""
    expected = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return _just_now(at, now) and _same(signature.removeprefix("sha256=").lower(), expected)


def key_of(secret: str) -> bytes:
    """The bytes of a secret as it is handed out: `whsec_` and base64, or a text of its own. Of `whsec_` alone none, which prove nothing."""
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()


def handed_out(key: bytes) -> str:
    return _PREFIX + base64.b64encode(key).decode()


def _standard(key: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    message_id, at = headers.get(ID, ""), headers.get(AT, "")
    if not key or not message_id or not _just_now(at, now):
        return False
    expected = _digest(key, message_id, at, body)
    versions = [each.partition(",") for each in headers.get(SIGNATURE, "").split()]
    return any(version == "v1" and _same(found, expected) for version, _, found in versions)


def _just_now(at: str, now: datetime) -> bool:
    if not (at.isascii() and at.isdecimal() and len(at) < 12):
        return False
    return abs(now - datetime.fromtimestamp(int(at), UTC)) <= TOLERANCE


def _digest(key: bytes, message_id: str, at: str, body: bytes) -> str:
    content = f"{message_id}.{at}.".encode() + body
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def _same(found: str, expected: str) -> bool:
    return hmac.compare_digest(found.encode(), expected.encode())

"""Our own Message-IDs: they carry the case, readable and provable by us alone.

An answer that refers to one of them belongs to the case whatever its subject says. Nobody else can make one,
nor learn from one how many cases we have.

    <k3l...48 letters and digits...x2@example.org>   =  base32(nonce 10 bytes, hidden case id 8, proof 12)

Base32 in lower case, for some mail programs change the case of letters on the way.

Some programs drop what an answer refers to (Outlook does when the subject is edited). So a case also has one short
token, for the address that answers go to (`service+<token>@example.org`) and for a mark in the text:

    abc...24 letters and digits...xyz   =  base32(hidden case id 5 bytes, proof 10)
"""

import base64
import binascii
import hashlib
import hmac
import re

_NONCE, _ID, _PROOF = 10, 8, 12
_LETTERS = (_NONCE + _ID + _PROOF) * 8 // 5
_SHORT_ID, _SHORT_PROOF = 5, 10
_SHORT_LETTERS = (_SHORT_ID + _SHORT_PROOF) * 8 // 5
#: As quoting programs leave it: with the mark of a quote before it, in any case of letters.
MARKER = re.compile(r"\[cpm:([a-z2-7]{24})\]", re.IGNORECASE)


def make(secret: bytes, domain: str, case_id: int, key: str) -> str:
    """The Message-ID for this key on this case: the same whenever it is asked for, in angle brackets."""
    number = case_id.to_bytes(_ID, "big")
    nonce = _digest(secret, b"nonce", number + key.encode())[:_NONCE]
    hidden = _masked(secret, nonce, number)
    token = nonce + hidden + _digest(secret, b"proof", nonce + hidden)[:_PROOF]
    return f"<{base64.b32encode(token).decode('ascii').lower()}@{domain}>"


def read(secret: bytes, message_id: str) -> int | None:
    """The case id, if we made this Message-ID; the domain may have changed since, the secret may not."""
    token = _token(message_id)
    if token is None:
        return None
    nonce, hidden, proof = token[:_NONCE], token[_NONCE : _NONCE + _ID], token[_NONCE + _ID :]
    if not hmac.compare_digest(proof, _digest(secret, b"proof", nonce + hidden)[:_PROOF]):
        return None
    return int.from_bytes(_masked(secret, nonce, hidden), "big")


def token(secret: bytes, case_id: int) -> str:
    """The case's short token, always the same: 24 lower-case letters and digits."""
    number = case_id.to_bytes(_SHORT_ID, "big")
    proof = _digest(secret, b"token", number)[:_SHORT_PROOF]
    return base64.b32encode(_masked(secret, proof, number) + proof).decode("ascii").lower()


def case_of_token(secret: bytes, written: str) -> int | None:
    """The case id, if we made this token."""
    letters = written.strip().upper()
    if len(letters) != _SHORT_LETTERS or not letters.isascii():
        return None
    try:
        data = base64.b32decode(letters)
    except binascii.Error:
        return None
    hidden, proof = data[:_SHORT_ID], data[_SHORT_ID:]
    number = _masked(secret, proof, hidden)
    made = _digest(secret, b"token", number)[:_SHORT_PROOF]
    return int.from_bytes(number, "big") if hmac.compare_digest(proof, made) else None


def marker(secret: bytes, case_id: int) -> str:
    """What stands in the text of our mail, so that a quote of it leads to the case."""
    return f"[cpm:{token(secret, case_id)}]"


def _token(message_id: str) -> bytes | None:
    letters = message_id.strip().removeprefix("<").partition("@")[0].upper()
    if len(letters) != _LETTERS or not letters.isascii():
        return None
    try:
        return base64.b32decode(letters)
    except binascii.Error:
        return None


def _masked(secret: bytes, nonce: bytes, number: bytes) -> bytes:
    """Hides the number, or shows it again."""
    mask = _digest(secret, b"mask", nonce)
    return bytes(left ^ right for left, right in zip(number, mask, strict=False))


def _digest(secret: bytes, purpose: bytes, data: bytes) -> bytes:
    return hmac.new(secret, purpose + b"\0" + data, hashlib.sha256).digest()

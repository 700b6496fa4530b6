"""Addresses of ours that open something for whoever has them: a few numbers, hidden and signed.

Nobody else can make one or learn from one what numbers are in it; a link for one purpose opens no other. The same
numbers give the same link.

    <54 letters>  =  base64url(proof 16 bytes, hidden numbers 8 each)
"""

import base64
import binascii
import hashlib
import hmac

_PROOF, _NUMBER = 16, 8


def make(secret: bytes, purpose: str, *numbers: int) -> str:
    """The numbers fit 64 bits."""
    plain = b"".join(number.to_bytes(_NUMBER, "big") for number in numbers)
    proof = _digest(secret, purpose, b"proof", plain)[:_PROOF]
    return _written(proof + _masked(secret, purpose, proof, plain))


def read(secret: bytes, purpose: str, text: str) -> tuple[int, ...] | None:
    """The numbers in a link that we made for this purpose; None for anything else."""
    if not (text.isascii() and len(text) < 200):
        return None
    try:
        token = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if _written(token) != text:  # a last letter may be written in several ways
        return None
    proof, hidden = token[:_PROOF], token[_PROOF:]
    plain = _masked(secret, purpose, proof, hidden)
    if not hmac.compare_digest(proof, _digest(secret, purpose, b"proof", plain)[:_PROOF]):
        return None
    return tuple(int.from_bytes(plain[at : at + _NUMBER], "big") for at in range(0, len(plain), _NUMBER))


def tag(secret: bytes, text: str) -> int:
    """A number for an address: it tells two apart, and nobody reads it back."""
    return int.from_bytes(_digest(secret, "tag", b"", text.encode())[:_NUMBER], "big")


def _written(token: bytes) -> str:
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode("ascii")


def _masked(secret: bytes, purpose: str, proof: bytes, numbers: bytes) -> bytes:
    """Hides the numbers, or shows them again; at most 32 bytes of them."""
    mask = _digest(secret, purpose, b"mask", proof)
    return bytes(left ^ right for left, right in zip(numbers, mask, strict=False))


def _digest(secret: bytes, purpose: str, part: bytes, data: bytes) -> bytes:
    return hmac.digest(secret, b"link\0" + purpose.encode() + b"\0" + part + b"\0" + data, hashlib.sha256)

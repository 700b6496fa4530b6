"""What is inside an opaque S/MIME signature (RFC 8551 3.5.2): the signed message. Nothing is verified here.

Only the way to the content is walked (RFC 5652 5.1), in DER or in BER with its endless lengths; a library would bring all of
X.509 along.
"""

_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SEQUENCE, _OUTER, _TEXT, _TEXTS = 0x30, 0xA0, 0x04, 0x24
_SIGNED = bytes.fromhex("06092a864886f70d010702")
_ENDLESS = -1
_MOST = 200_000  #: pieces; programs make them of a thousand bytes or more


def is_signature(media_type: str) -> bool:
    return media_type in _TYPES


def content(data: bytes) -> bytes | None:
    """None where it is encrypted, or no signature, or broken."""
    try:
        return _content(data)
    except (IndexError, ValueError):
        return None


def _content(data: bytes) -> bytes | None:
    position = _inside(data, 0, _SEQUENCE)
    if not data.startswith(_SIGNED, position):
        return None
    position = _inside(data, position + len(_SIGNED), _OUTER)
    position = _inside(data, position, _SEQUENCE)
    position = _behind(data, _behind(data, position))  # the version, and how it was digested
    position = _inside(data, position, _SEQUENCE)
    position = _inside(data, _behind(data, position), _OUTER)  # behind what kind of content it is
    pieces: list[bytes] = []
    end = _behind(data, position, pieces)
    return b"".join(pieces) if end <= len(data) and data[position] in (_TEXT, _TEXTS) else None


def _head(data: bytes, position: int) -> tuple[int, int]:
    """How long the element is, and where its content begins."""
    first = data[position + 1]
    if first < 0x80:  # X.690 8.1.3.4
        return first, position + 2
    if first == 0x80:  # X.690 8.1.3.6
        return _ENDLESS, position + 2
    start = position + 2 + (first & 0x7F)
    if first > 0x84 or start > len(data):  # no mail is longer than four bytes can say
        raise ValueError
    return int.from_bytes(data[position + 2 : start]), start


def _inside(data: bytes, position: int, tag: int) -> int:
    if data[position] != tag:
        raise ValueError
    return _head(data, position)[1]


def _behind(data: bytes, position: int, pieces: list[bytes] | None = None) -> int:
    """Where the next element begins; strings of bytes in this one are put into `pieces`. No recursion."""
    ends: list[int] = []  # of the elements that we are in
    for _ in range(_MOST):
        tag, (length, start) = data[position], _head(data, position)
        if tag == _TEXT and length >= 0 and pieces is not None:
            pieces.append(data[start : start + length])
        if length == _ENDLESS or (tag == _TEXTS and pieces is not None):
            ends.append(start + length if length >= 0 else _ENDLESS)
            position = start
        else:
            position = start + length
            if tag == 0 and ends and ends[-1] == _ENDLESS:
                ends.pop()
        while ends and ends[-1] >= 0 and position >= ends[-1]:
            ends.pop()
        if not ends:
            return position
    raise ValueError

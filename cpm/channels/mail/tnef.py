"""winmail.dat: what Outlook packs its attachments into for those whom it takes for its own kind (MS-OXTNEF).

A reader of our own: the library for it copies the rest of the file for each of its attributes, which a hostile file of ten
megabytes can have a million of. This one goes over the bytes once.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from cpm.channels.mail.charsets import clean, to_text

SIGNATURE = b"\x78\x9f\x3e\x22"
#: Attributes (MS-OXTNEF 2.1.3.2): of the message, and of the attachment that begins with its rendering data.
_BODY, _PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007
_NEW_ATTACHMENT, _TITLE, _DATA, _ATTACHMENT = 0x9002, 0x8010, 0x800F, 0x9005
#: Properties (MS-OXPROPS).
_TEXT, _HTML = 0x1000, 0x1013
_LONG_NAME, _SHORT_NAME, _MIME_TYPE, _CONTENT = 0x3707, 0x3704, 0x370E, 0x3701
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_SEVERAL = 0x1000
_MOST = 2_000  #: attributes, and values in each


class NotTnef(ValueError):
    """The bytes are no container, or a broken one."""


@dataclass(slots=True)
class Packed:
    """A file in the container."""

    name: str = ""
    media_type: str = "application/octet-stream"
    content: bytes = b""


@dataclass(slots=True)
class Container:
    text: str = ""
    html: str = ""
    files: list[Packed] = field(default_factory=list)


def read(data: bytes) -> Container:
    """Everything in it. Raises `NotTnef` where it breaks off or is none: then it is kept as it came."""
    if not data.startswith(SIGNATURE):
        raise NotTnef
    found, charset = Container(), "cp1252"
    try:
        for name, value in _attributes(data):
            if name == _CODE_PAGE:
                charset = f"cp{struct.unpack_from('<I', value)[0]}"
            elif name == _NEW_ATTACHMENT:
                found.files.append(Packed())
            elif name in (_TITLE, _DATA, _ATTACHMENT) and found.files:
                _fill(found.files[-1], name, value, charset)
            elif name == _BODY:
                found.text = found.text or _text(value, charset)
            elif name == _PROPERTIES:
                _take_body(found, value, charset)
    except struct.error as error:
        raise NotTnef from error
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Level (1 byte), name and type (2 each), length (4), the value, its checksum (2)."""
    position, seen = 6, 0  # behind the signature and the key
    while position + 11 <= len(data):
        name, length = struct.unpack_from("<xHxxI", data, position)
        start, seen = position + 9, seen + 1
        position = start + length + 2
        if position > len(data) or seen > _MOST:
            raise NotTnef
        yield name, data[start : start + length]


def _fill(file: Packed, name: int, value: bytes, charset: str) -> None:
    if name == _TITLE:
        file.name = file.name or _text(value, charset)
    elif name == _DATA:
        file.content = value
    else:
        for identity, kind, content in _properties(value):
            if identity == _LONG_NAME or (identity == _SHORT_NAME and not file.name):
                file.name = _written(kind, content, charset)
            elif identity == _MIME_TYPE:
                file.media_type = _written(kind, content, charset).lower() or file.media_type
            elif identity == _CONTENT and not file.content:
                # an object begins with the 16 bytes that say of what kind it is
                file.content = content[16:] if kind == _OBJECT else content


def _take_body(found: Container, value: bytes, charset: str) -> None:
    for identity, kind, content in _properties(value):
        if identity == _TEXT:
            found.text = _written(kind, content, charset)
        elif identity == _HTML:
            found.html = _written(kind, content, charset)


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(identity, type, first value) of each (MS-OXTNEF 2.1.3.4)."""
    position = 4
    for _ in range(min(struct.unpack_from("<I", data)[0], _MOST)):
        kind, identity = struct.unpack_from("<HH", data, position)
        position += 4
        if identity >= 0x8000:
            position = _after_name(data, position)
        content, position = _value(data, position, kind)
        yield identity, kind & ~_SEVERAL, content


def _after_name(data: bytes, position: int) -> int:
    """Behind the name of a named property: its set, and a number or a text."""
    (by_text,) = struct.unpack_from("<I", data, position + 16)
    position += 20
    if not by_text:
        return position + 4
    (length,) = struct.unpack_from("<I", data, position)
    return position + 4 + _padded(length)


def _value(data: bytes, position: int, kind: int) -> tuple[bytes, int]:
    """The first value, and where the next property begins."""
    single = kind & ~_SEVERAL
    sized = single in (_STRING, _UNICODE, _OBJECT, _BINARY)
    count = 1
    if sized or kind & _SEVERAL:
        (count,) = struct.unpack_from("<I", data, position)
        position += 4
    if (single not in _FIXED and not sized) or count > _MOST:
        raise NotTnef
    first = b""
    for number in range(count):
        length = _FIXED.get(single, 0)
        if sized:
            (length,) = struct.unpack_from("<I", data, position)
            position += 4
        if position + length > len(data):
            raise NotTnef
        if number == 0:
            first = data[position : position + length]
        position += _padded(length)
    return first, position


def _padded(length: int) -> int:
    return length + -length % 4


def _written(kind: int, content: bytes, charset: str) -> str:
    return _text(content, "utf-16-le" if kind == _UNICODE else charset)


def _text(content: bytes, charset: str) -> str:
    return clean(to_text(content, charset)).rstrip("\x00")

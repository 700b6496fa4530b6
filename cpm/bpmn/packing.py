"""Rows to bytes and back. The first byte is the format."""

import json
import zlib
from typing import Any

from cpm.bpmn.rows import UnreadableState

WHOLE = 1  #: all of the case's tokens
APART = 2  #: those of a part, or of a case that has parts


_FORMATS = {bytes([layout]): layout for layout in (WHOLE, APART)}


def packed(layout: int, content: list[Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return bytes([layout]) + zlib.compress(text.encode())


def unpacked(state: bytes) -> Any:
    """Raises UnreadableState for what is not whole, or of another format."""
    if state[:1] not in _FORMATS:
        found = state[0] if state else "nothing"
        raise UnreadableState(
            f"Expected a process state of format {WHOLE} or {APART}, but it is of format {found}."
        )
    try:
        return json.loads(zlib.decompress(state[1:]))
    except (zlib.error, ValueError) as error:
        raise UnreadableState(f"Expected a whole process state, but it is damaged: {error}.") from error


def is_whole(state: bytes | None) -> bool:
    """Does nothing of the case lie in parts of their own?"""
    return state is None or _FORMATS.get(state[:1]) != APART

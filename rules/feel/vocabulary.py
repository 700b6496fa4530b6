"""Names with spaces and operators in them: known beforehand, they are found in a text as the longest match."""

import re
from collections.abc import Iterable

_START = (
    r"A-Za-z_?\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_PART = _START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040'"

#: DMN 1.5 10.3.1.2 rules 27 to 29, with the apostrophe as a part of words.
WORD = re.compile(f"[{_START}][{_PART}]*")
LATER_WORD = re.compile(f"[{_PART}]+")
SPACE = re.compile(r"(?:[\s\u0085\u00A0\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF])+")
_PIECE = re.compile(f"[{_PART}]+|[^{_PART}\\s]")


class Vocabulary:
    """The names that a text may contain, beyond single words."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[list[str], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        pieces = _PIECE.findall(name)
        if len(pieces) < 2:
            return
        known = self._by_first.setdefault(pieces[0], [])
        if (pieces, name) not in known:
            known.append((pieces, name))
            known.sort(key=lambda entry: -len(entry[0]))

    def match(self, text: str, at: int) -> tuple[str, int] | None:
        """The longest known name that begins here, as it was made known, and its end."""
        first = WORD.match(text, at)
        if not first:
            return None
        for pieces, name in self._by_first.get(first[0], ()):
            end = _end_of(pieces, text, first.end())
            if end is not None:
                return name, end
        return None


def _end_of(pieces: list[str], text: str, at: int) -> int | None:
    """Where the pieces after the first one end, with any space between them."""
    for piece in pieces[1:]:
        space = SPACE.match(text, at)
        at = space.end() if space else at
        word = LATER_WORD.match(text, at)
        if (word[0] if word else text[at : at + 1]) != piece:
            return None
        at += len(piece)
    return at


def tidy(name: str) -> str:
    """A name with single spaces, as `names` and contexts hold it."""
    return " ".join(name.split())

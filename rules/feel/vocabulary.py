"""Names with spaces and operators in them: known beforehand, they are found in a text as the longest match."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_START = (
    r"A-Za-z_?\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_PART = _START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040'"

#: DMN 1.5 10.3.1.2 rules 27 to 29, with the apostrophe as a part of words.
WORD = re.compile(f"[{_START}][{_PART}]*")
LATER_WORD = re.compile(f"[{_PART}]+")
NO_WORD = re.compile(f"[^{_PART}\\s]+")
SPACE = re.compile(r"(?:[\s\u0085\u00A0\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF])+")
_PIECE = re.compile(f"[{_PART}]+|[^{_PART}\\s]")


@dataclass(slots=True)
class _Branch:
    """What a name may continue with after the pieces so far."""

    name: str | None = None  #: if a name may end here
    further: "dict[str, _Branch]" = field(default_factory=dict)


class Vocabulary:
    """The names that a text may contain, beyond single words: a tree of their pieces."""

    def __init__(self, names: Iterable[str], beside: "Vocabulary | None" = None) -> None:
        """`beside` is another one whose names are known, too; it is never changed."""
        self.root = _Branch()
        self.beside = beside
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        pieces = _PIECE.findall(name)
        if len(pieces) < 2:
            return
        branch = self.root
        for piece in pieces:
            branch = branch.further.setdefault(piece, _Branch())
        branch.name = name

    def names(self) -> Iterator[str]:
        """All of them, in no particular order."""
        waiting = [vocabulary.root for vocabulary in self._all()]
        while waiting:
            branch = waiting.pop()
            waiting.extend(branch.further.values())
            if branch.name is not None:
                yield branch.name

    def match(self, text: str, at: int) -> tuple[str, int] | None:
        """The longest known name that begins here, as it was made known, and its end."""
        best: tuple[str, int] | None = None
        for vocabulary in self._all():
            found = _longest(vocabulary.root, text, at)
            if found and (best is None or found[1] > best[1]):
                best = found
        return best

    def _all(self) -> Iterator["Vocabulary"]:
        """This one and those beside it, in a loop: they may be as many as scopes inside one another."""
        vocabulary: Vocabulary | None = self
        while vocabulary:
            yield vocabulary
            vocabulary = vocabulary.beside


def _longest(branch: _Branch, text: str, at: int) -> tuple[str, int] | None:
    found = None
    piece = WORD.match(text, at) if branch.further else None
    while piece and (following := branch.further.get(piece[0])):
        branch = following
        at = piece.end()
        if branch.name is not None:
            found = branch.name, at
        space = SPACE.match(text, at)
        piece = _PIECE.match(text, space.end() if space else at)
    return found


def tidy(name: str) -> str:
    """A name with single spaces, as `names` and contexts hold it."""
    return " ".join(name.split())

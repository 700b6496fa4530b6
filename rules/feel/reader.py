"""What every part of the grammar needs: the next token, what must follow, names being declared, and depth."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import NoReturn, TypeVar

from rules.feel.hints import hint
from rules.feel.limits import DEEPEST_TEXT
from rules.feel.scanner import Token, error_at, scan, skip
from rules.feel.vocabulary import LATER_WORD, NO_WORD, WORD, Vocabulary, tidy

_MOST_WORDS, _LONGEST_NAME = 6, 100  #: of what is worth the time to look for what is near
_NAME_SYMBOL = re.compile(r"[-+*/.]")
_T = TypeVar("_T")


class Reader:
    """A position in a text. Looking ahead depends on what is expected, so nothing is scanned in advance."""

    def __init__(self, text: str, names: Vocabulary) -> None:
        self.text = text
        self.names = names  #: those that may be read here
        self.members = Vocabulary((), beside=names)  #: those that an entry may have, wherever it is declared
        self.at = 0
        self.depth = 0
        self.in_range_end = False  #: where `[` may close the range, as in `]1..5[`

    def peek(self) -> Token:
        """The next token, where an operand is expected: known names with spaces are one token."""
        return scan(self.text, self.at, self.names)

    def peek_operator(self) -> Token:
        """The next token, where an operator is expected: `in` is `in`, even if a name “in stock” is known."""
        return scan(self.text, self.at, None)

    def take(self, token: Token) -> Token:
        self.at = token.end
        return token

    def next(self) -> Token:
        return self.take(self.peek())

    def skip_if(self, *texts: str) -> bool:
        token = self.peek_operator()
        if token.says(*texts):
            self.at = token.end
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.skip_if(text):
            self.fail(f"“{text}”")

    def expect_end(self) -> None:
        if self.peek_operator().kind != "end":
            self.fail("the end or an operator")

    def fail(self, expected: str, token: Token | None = None) -> NoReturn:
        token = token or self.peek_operator()
        found = f"“{token.text}”{self._meant(token)}" if token.text else None
        raise error_at(self.text, token.start, expected, found, hint(self.text, token.start, expected))

    def _meant(self, token: Token) -> str:
        """A known name of several words that is spelt like the words that end here, as in `string lenght(x)`."""
        if token.kind != "name":
            return ""
        words = NO_WORD.split(self.text[: token.end])[-1].split()
        for start in range(max(len(words) - _MOST_WORDS, 0), len(words) - 1):
            phrase = " ".join(words[start:])
            if len(phrase) > _LONGEST_NAME:
                continue
            if near := get_close_matches(phrase, self.names.names(), n=1, cutoff=0.8):
                return f"; “{near[0]}” is known"
        return ""

    def deeper(self) -> None:
        """Called on the way into anything that may contain itself; the caller counts back."""
        self.depth += 1
        if self.depth > DEEPEST_TEXT:
            expected = f"at most {DEEPEST_TEXT} expressions inside one another"
            raise error_at(self.text, self.at, expected, "one more")

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What is declared inside is known inside only, except as the name of an entry."""
        before, self.names = self.names, Vocabulary((), beside=self.names)
        yield
        self.names = before

    @contextmanager
    def entries(self) -> Iterator[None]:
        """In a filter the names of all entries may be read."""
        before, self.names = self.names, Vocabulary((), beside=self.members)
        yield
        self.names = before

    @contextmanager
    def brackets(self) -> Iterator[None]:
        """Inside brackets of its own a range's end reads as any other expression."""
        before, self.in_range_end = self.in_range_end, False
        yield
        self.in_range_end = before

    def separated(self, one: Callable[[], _T]) -> tuple[_T, ...]:
        """One or more, with commas between them."""
        items = [one()]
        while self.skip_if(","):
            items.append(one())
        return tuple(items)

    def name_until(self, *stops: str) -> str:
        """A name that is being declared, up to a word that ends it or what is no part of a name."""
        return self.declare(self.bare_name(*stops))

    def bare_name(self, *stops: str) -> str:
        """As `name_until`, without declaring it."""
        start, end = self._name_extent(stops)
        if start == end:
            self.fail("a name")
        self.at = end
        return tidy(self.text[start:end])

    def declare(self, name: str) -> str:
        """Make a name known from here to the end of the scope, and as that of an entry ever after."""
        name = tidy(name)
        self.names.add(name)
        self.members.add(name)
        return name

    def name_before_colon(self) -> bool:
        """Does `name :` follow, as before a named argument?"""
        start, end = self._name_extent(())
        return start < end and self.text.startswith(":", skip(self.text, end))

    def _name_extent(self, stops: tuple[str, ...]) -> tuple[int, int]:
        start = end = at = skip(self.text, self.at)
        if not WORD.match(self.text, at):
            return start, start
        while piece := LATER_WORD.match(self.text, at) or _NAME_SYMBOL.match(self.text, at):
            if end > start and piece[0] in stops:
                break
            end = piece.end()
            at = skip(self.text, end)
        return start, end

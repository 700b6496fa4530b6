"""Compiled texts, ready to be evaluated again and again, from any number of threads."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import InvalidOperation
from typing import TypeVar

from rules.feel.cache import Cache
from rules.feel.compiler import CellCode, Code, Place, Text, compile_cell, compile_node
from rules.feel.door import to_feel
from rules.feel.errors import FeelError, FeelLimit
from rules.feel.frames import Frame, Outermost
from rules.feel.limits import DEEPEST_VALUE, LARGEST_VALUE
from rules.feel.mistakes import mistakes
from rules.feel.parser import parse_expression, parse_unary_tests
from rules.feel.syntax import Type

_T = TypeVar("_T")
_CONTAINERS = frozenset({list, dict})


class Expression:
    """An expression; calling it with the values of names gives its value, null if something does not fit."""

    __slots__ = ("about", "certain", "code", "text", "variables")

    def __init__(self, text: str, code: Code, about: Text) -> None:
        self.text = text
        self.code = code
        self.about = about
        self.variables = frozenset(about.variables)  #: names it may read: no other matters to it
        self.certain = frozenset(about.certain)  #: those of them that cannot be entries of a filtered list

    def __call__(self, scope: Mapping[str, object], now: dt.datetime | None = None) -> object:
        """`now` is what now() and today() give; without it they are null.

        Raises FeelLimit if it would take too long, FeelAssertion if the expression asserts what is not
        true, and TypeError if a variable that it reads has a value of a type that FEEL does not know.
        """
        try:
            value = self.code(Outermost(scope, now))
        except (RecursionError, InvalidOperation) as error:
            raise _told(error) from None
        if type(value) in _CONTAINERS:
            check_size(value)
        return value

    def mistakes(self, known: Collection[str] | None) -> list[FeelError]:
        """Names and functions that nobody knows, if `known` are those that there are, and calls that fit none."""
        return mistakes(self.text, self.about, known)


class UnaryTests:
    """The content of a cell."""

    __slots__ = ("about", "certain", "code", "text", "variables")

    def __init__(self, text: str, code: CellCode, about: Text) -> None:
        self.text = text
        self.code = code
        self.about = about
        self.variables = frozenset(about.variables)
        self.certain = frozenset(about.certain)

    def __call__(
        self, value: object, scope: Mapping[str, object], now: dt.datetime | None = None
    ) -> bool | None:
        """Does the value pass? None if the tests have no answer. Raises as Expression does."""
        code, taken = self.code, to_feel(value)
        return evaluated(lambda frame: code(taken, frame), Outermost(scope, now))

    def mistakes(self, known: Collection[str] | None) -> list[FeelError]:
        return mistakes(self.text, self.about, known)


def compile_expression(text: str, names: Collection[str] = ()) -> Expression:
    """`names` are known names; those with spaces or operators in them are found as the longest match.

    Raises FeelError for what is no FEEL, with line and column and what was expected there.
    """
    return _compiled(text, frozenset(names))


def compile_unary_tests(text: str, names: Collection[str] = ()) -> UnaryTests:
    """As compile_expression, for the content of a cell; `?` is the value to test."""
    return _compiled_tests(text, frozenset(names))


def build_expression(text: str, names: Iterable[str], types: Mapping[str, Type]) -> Expression:
    """As compile_expression, with named types and without the cache."""
    about = Text(types)
    return Expression(text, _built(lambda: compile_node(parse_expression(text, names), Place(about))), about)


def build_unary_tests(text: str, names: Iterable[str], types: Mapping[str, Type]) -> UnaryTests:
    about = Text(types)
    return UnaryTests(text, _built(lambda: compile_cell(parse_unary_tests(text, names), Place(about))), about)


_compiled: Cache[Expression] = Cache(lambda text, names: build_expression(text, names, {}))
_compiled_tests: Cache[UnaryTests] = Cache(lambda text, names: build_unary_tests(text, names, {}))


def _built(build: Callable[[], _T]) -> _T:
    """The limits leave room; but nobody knows how deep the caller's own stack is already."""
    try:
        return build()
    except RecursionError:
        raise FeelError(
            "Expected a shallower expression, but this one is nested too deep.",
            german="Der Ausdruck ist zu tief geschachtelt.",
        ) from None


def evaluated(code: Callable[[Frame], _T], frame: Frame) -> _T:
    """What the code gives, with exhausted stacks and NaN from outside told apart from mistakes of ours."""
    try:
        return code(frame)
    except (RecursionError, InvalidOperation) as error:
        raise _told(error) from None


def _told(error: RecursionError | InvalidOperation) -> FeelLimit | TypeError:
    if isinstance(error, RecursionError):
        return FeelLimit(
            "Expected a shallower evaluation, but this one is nested too deep.",
            german="Die Auswertung ist zu tief geschachtelt.",
        )
    return TypeError("Expected finite numbers, but a variable is none.")


def check_size(value: object) -> None:
    """Raise FeelLimit for a value too large to be stored: a list may hold itself many times over."""
    waiting = [(value, 0)]
    seen = 0
    while waiting:
        item, depth = waiting.pop()
        parts = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        seen += len(parts)
        if seen > LARGEST_VALUE or depth > DEEPEST_VALUE:
            limits = f"{LARGEST_VALUE} elements and {DEEPEST_VALUE} levels"
            raise FeelLimit(
                f"Expected a value of at most {limits}, but this one has more.",
                german=f"Der Wert ist zu groß: höchstens {LARGEST_VALUE} Teile, {DEEPEST_VALUE}-mal geschachtelt.",
            )
        waiting.extend((part, depth + 1) for part in parts if type(part) in _CONTAINERS)

"""The sandbox that templates are filled in: Jinja's, narrowed to data and formats, within bounds of size, rounds and time.

Attributes and items are looked up in data alone, so that nothing of Python is within reach whatever the sandbox below
lets through.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from cpm.writing import grammar
from cpm.writing.faults import MissingPlaceholder, TemplateFault
from cpm.writing.formats import FORMATS, Reader
from cpm.writing.values import written

LARGEST_TEXT = 2_000_000  #: characters that a template may make
MOST_ROUNDS = 20_000  #: of all its loops together
LONGEST_SECONDS = 3.0
#: The key of what bounds a rendering: no name of a template has a sign like this.
BOUNDS = "bounds!"
#: What data may do that does not fit a template.
UNFIT = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)


class Blank(str):
    """Stands for a value that is not there, where a text must not fail for it; formats leave it as it is."""

    __slots__ = ("used",)

    def __init__(self, _text: str) -> None:
        self.used = False  #: was it written?

    def __bool__(self) -> bool:
        return False


@dataclass(slots=True)
class Bounds:
    reader: Reader
    rounds: int = MOST_ROUNDS
    characters: int = LARGEST_TEXT
    until: float = field(default_factory=lambda: time.monotonic() + LONGEST_SECONDS)

    def go_on(self) -> None:
        if time.monotonic() > self.until:
            raise _too_much("takes too long", "braucht zu lange")

    def take(self, text: str) -> str:
        self.go_on()
        self.characters -= len(text)
        if self.characters < 0:
            raise _too_much("makes too long a text", "ergibt zu viel Text")
        return text

    def count(self, rounds: int) -> None:
        self.rounds -= rounds
        if self.rounds < 0:
            raise _too_much(
                f"loops more than {MOST_ROUNDS} times", f"durchläuft Schleifen öfter als {MOST_ROUNDS} Mal"
            )


class _Missing(StrictUndefined):
    """Whatever is done with it names it."""

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = missing, name: str | None = None, *_: Any) -> None:
        super().__init__(hint, obj, name, lambda _: MissingPlaceholder(str(name)))  # type: ignore[arg-type]


class _Each:
    """The rounds of a loop, each of them within the time."""

    def __init__(self, items: list[object], bounds: Bounds) -> None:
        self._items, self._bounds = items, bounds

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[object]:
        for each in self._items:
            self._bounds.go_on()
            yield each


class Sandbox(ImmutableSandboxedEnvironment):
    """Knows our formats and nothing else; names lead into data and nowhere else."""

    def __init__(self, *, html: bool) -> None:
        super().__init__(
            undefined=_Missing,
            autoescape=html,
            optimized=False,  # it would compute while it compiles
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=0,
        )
        self.globals.clear()
        self.filters = {name: _format(name, each) for name, each in FORMATS.items()}
        self.filters |= {
            grammar.WRITTEN: _write,
            grammar.PRESENT: _present,
            grammar.EACH: _each,
            grammar.DEFAULT: _default,
        }
        self.tests = {"defined": _is_there, "even": _is_even, "odd": lambda value: not _is_even(value)}

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, LoopContext):
            return getattr(obj, attribute)  # one of grammar.LOOP
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        match obj:
            case Blank() | Undefined():
                return obj
            case Mapping() if argument in obj:
                return obj[argument]
            case list() | tuple() if isinstance(argument, int) and -len(obj) <= argument < len(obj):
                return obj[argument]
        return _Missing(name=str(argument))


def _format(name: str, write: Callable[..., Any]) -> Callable[..., Any]:
    @pass_context
    def filled(context: Context, value: object, *args: object) -> object:
        bounds: Bounds = context.parent[BOUNDS]
        bounds.go_on()
        try:
            return value if isinstance(value, Blank) else write(bounds.reader, value, *args)
        except UNFIT as error:
            raise ValueError(f"{name}({type(value).__name__})") from error

    return filled


@pass_context
def _write(context: Context, value: object, name: str, path: str) -> str:
    bounds: Bounds = context.parent[BOUNDS]
    found = _present(value, path)
    return (
        found
        if isinstance(found, str) and name != "unit"
        else written(found, bounds.reader.language, bounds.reader.zone, name=name)
    )


def _present(value: object, path: str) -> object:
    if value is None or isinstance(value, Undefined):
        raise MissingPlaceholder(path)
    if isinstance(value, Blank):
        value.used = True
    return value


@pass_context
def _each(context: Context, value: object, path: str) -> _Each:
    found = _present(value, path)
    if isinstance(found, Blank):
        found = []
    if not isinstance(found, list | tuple | Mapping):
        raise TypeError(f"{path} is no list")
    bounds: Bounds = context.parent[BOUNDS]
    bounds.count(len(found))
    return _Each(list(found), bounds)


def _default(value: object, instead: object = "") -> object:
    return value if _is_there(value) else instead


def _is_even(value: object) -> bool:
    """Numbers only: Python's % would fill in texts."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError("even, odd")
    return value % 2 == 0


def _is_there(value: object) -> bool:
    return value is not None and not isinstance(value, Undefined | Blank)


def _too_much(english: str, german: str) -> TemplateFault:
    return TemplateFault(
        None, f"Expected a template within bounds, but it {english}.", de=f"Die Vorlage {german}."
    )

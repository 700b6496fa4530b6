"""Where names are looked up while an expression runs, and what that run may still spend."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rules.feel.door import to_feel
from rules.feel.errors import FeelLimit
from rules.feel.limits import CHARACTERS_A_STEP, DEEPEST_CALL, STEPS
from rules.feel.values import PLAIN

if TYPE_CHECKING:
    from rules.feel.explaining.seen import Seen

_MISSING = object()


class Run:
    """One evaluation: its budget and its clock. Never shared between threads."""

    __slots__ = ("depth", "left", "now", "seen")

    def __init__(
        self, now: dt.datetime | None = None, steps: int = STEPS, seen: "Seen | None" = None
    ) -> None:
        self.now = now
        self.seen = seen  #: the record of a watched evaluation
        self.left = steps
        self.depth = 0

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise FeelLimit(
                f"Expected at most {STEPS} steps, but this evaluation needs more.",
                german=f"Die Auswertung braucht mehr als {STEPS} Schritte.",
            )

    def spend_text(self, characters: int) -> None:
        self.spend(characters // CHARACTERS_A_STEP)

    def enter(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST_CALL:
            raise FeelLimit(
                f"Expected at most {DEEPEST_CALL} calls inside one another, but here are more.",
                german=f"Mehr als {DEEPEST_CALL} Aufrufe sind ineinander geschachtelt.",
            )

    def leave(self) -> None:
        self.depth -= 1


class Frame:
    """The names of one loop, call, context or filter; what it does not know, the frame above may."""

    __slots__ = ("names", "run", "up")
    names: Mapping[str, object]
    run: Run
    up: "Frame | None"

    def __init__(self, names: Mapping[str, object], up: "Frame") -> None:
        self.names = names
        self.run = up.run
        self.up = up

    def find(self, name: str, otherwise: object) -> object:
        """The value of the innermost binding of the name; `otherwise` if there is none."""
        frame = self
        while frame.up is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.up
        return frame.find(name, otherwise)


class Top(Frame):
    """The outermost frame: the caller's own mapping, whose values are checked as they are read."""

    __slots__ = ("_taken",)

    def __init__(self, names: Mapping[str, object], run: Run) -> None:  # no frame above, so no super()
        self.names = names
        self.run = run
        self.up = None
        self._taken: dict[str, object] | None = None

    def find(self, name: str, otherwise: object) -> object:
        value = self.names.get(name, _MISSING)
        if type(value) in PLAIN:
            return value
        if value is _MISSING:
            return otherwise
        return self._take(name, value)

    def _take(self, name: str, value: object) -> object:
        """The value for FEEL; a large list is looked through once only, however often it is read."""
        if self._taken is None:
            self._taken = {}
        if name not in self._taken:
            self._taken[name] = to_feel(value)
        return self._taken[name]


class Outermost(Top):
    """The outermost frame of a text by itself. Its run is made when somebody spends; most texts never do."""

    __slots__ = ("_now",)

    def __init__(self, names: Mapping[str, object], now: dt.datetime | None) -> None:
        self.names = names
        self.up = None
        self._now = now
        self._taken = None

    def __getattr__(self, name: str) -> Run:
        """Called for a slot that is empty still."""
        if name != "run":
            raise AttributeError(name)
        self.run = run = Run(self._now)
        return run


class Known(Top):
    """An outermost frame whose values are FEEL's already."""

    __slots__ = ()

    def find(self, name: str, otherwise: object) -> object:
        return self.names.get(name, otherwise)

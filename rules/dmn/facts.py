"""What a decision reads, by name."""

from collections.abc import Mapping

from rules.feel.door import to_feel
from rules.feel.functions import FUNCTIONS


class Facts(dict[str, object]):
    """A fact is taken from the caller's mapping when something first looks at it.

    So what no cell comes to look at is never asked for, and a caller may find its facts as they are needed.
    """

    __slots__ = ("_given", "_names")

    def __init__(
        self, given: Mapping[str, object], names: frozenset[str], made: Mapping[str, object]
    ) -> None:
        """`names` are those to be found among the facts; what else may be read is `made` already."""
        super().__init__(made)
        self._given, self._names = given, names

    def get(self, name: str, default: object = None) -> object:
        if name in self._names and name not in self and (name not in FUNCTIONS or name in self._given):
            self[name] = to_feel(self._given.get(name))
        return super().get(name, default)

"""Remembers what was built of texts, as far as memory goes."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from rules.feel.limits import CACHED_CHARACTERS

_T = TypeVar("_T")
_Key = tuple[str, frozenset[str]]


class Cache(Generic[_T]):
    """By text and known names; of many characters altogether, those used longest ago are forgotten.

    Any number of threads may ask. Two that ask for the same new text at once may both build it; building one
    text has no effect on another, and both get an equal result.
    """

    def __init__(self, build: Callable[[str, frozenset[str]], _T], most: int = CACHED_CHARACTERS) -> None:
        self._build = build
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[_Key, _T] = OrderedDict()
        self._characters = 0

    def __call__(self, text: str, names: frozenset[str]) -> _T:
        key = text, names
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        built = self._build(text, names)
        with self._lock:
            self._keep(key, built)
        return built

    def __len__(self) -> int:
        return len(self._kept)

    def _keep(self, key: _Key, built: _T) -> None:
        if key not in self._kept:
            self._characters += _size(key)
        self._kept[key] = built
        while self._characters > self._most:
            forgotten, _ = self._kept.popitem(last=False)
            self._characters -= _size(forgotten)


def _size(key: _Key) -> int:
    """Even a short text becomes an object or two."""
    text, names = key
    return 50 + len(text) + sum(map(len, names))

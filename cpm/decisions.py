"""Files of decisions, each compiled once together with those that it imports, which are found by their namespaces."""

from collections.abc import Mapping
from functools import lru_cache

from rules import dmn
from rules.dmn import Model, Source
from rules.xml import Finding, Refused


class Shelf:
    """Files that are in force together, by their keys."""

    def __init__(self, files: Mapping[str, Source]) -> None:
        self.files = files
        self._named: dict[str, list[Source]] = {}
        for each in files.values():
            if namespace := _addresses(each.content)[0]:
                self._named.setdefault(namespace, []).append(each)

    def model(self, source: Source, *, lenient: bool = False) -> Model:
        """What the file decides, also one that is not on the shelf. Raises Refused."""
        return decisions_of(source, self.imported(source), lenient=lenient)

    def with_others(self, files: Mapping[str, Source]) -> "Shelf":
        """As it will be once these are there, beside the others or in the place of those with the same key."""
        return Shelf({**self.files, **files})

    def needed(self, key: str) -> set[str]:
        """The keys of a file that is here and of all that it imports."""
        used = {self.files[key], *self.imported(self.files[key])}
        return {each for each, file in self.files.items() if file in used}

    def imported(self, source: Source) -> tuple[Source, ...]:
        """All that it uses, directly or by others, as far as it is here; several of one namespace if they share it."""
        found: set[Source] = set()
        waiting = [source]
        while waiting:
            for namespace in _addresses(waiting.pop().content)[1]:
                new = set(self._named.get(namespace, ())) - found
                found |= new
                waiting += new
        return tuple(sorted(found, key=lambda each: each.file))


@lru_cache(maxsize=500)
def decisions_of(source: Source, imported: tuple[Source, ...] = (), *, lenient: bool = False) -> Model:
    """The model in a file. It is looked at several times while it is deployed, and compiled once."""

    def find(namespace: str) -> Source | None:
        found = [each for each in imported if _addresses(each.content)[0] == namespace]
        if len(found) > 1:
            raise Refused([_shared(namespace, found[0], found[1], source)])
        return found[0] if found else None

    return dmn.read(source.content, source.file, lenient=lenient, imports=find)


@lru_cache(maxsize=500)
def _addresses(content: bytes) -> tuple[str, tuple[str, ...]]:
    """What is no XML has none: whoever reads it says so."""
    try:
        return dmn.addresses(content)
    except Refused:
        return "", ()


def _shared(namespace: str, one: Source, other: Source, user: Source) -> Finding:
    return Finding(
        one.file,
        None,
        None,
        f"Expected a namespace of its own, because {user.file} imports {namespace}, but {other.file} has it too.",
        f"Erwartet wird ein eigener Namensraum, denn {user.file} importiert {namespace}; {other.file} hat ihn aber auch.",
    )

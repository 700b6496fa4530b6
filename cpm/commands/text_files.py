"""The text file of a process: which tables it may have, and what stands in them. Only texts do.

It comes from outside: its size is bounded before it is read, its depth before it can cost anything.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping

from rules.xml import Finding, Refused

_LARGEST = 1_000_000  # bytes
#: tomllib's work grows with the square of a key's parts (Python 3.11): 80 KB took it 14 s. Ours have three.
#: Where strings are is not asked: nobody writes sixteen sentences of one word.
_ENDLESS_KEY = re.compile(
    r"""(?:(?:(?<![A-Za-z0-9_-])[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){16}"""
)
#: Tables of texts under names of the process's own.
_FLAT = frozenset({"stages", "outcomes", "special_cases", "decisions", "words", "attributes", "views"})
#: Tables of tables: the entries each of them may have, and those it must.
_NESTED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "steps": (frozenset({"name", "hint", "say", "do", "done"}), frozenset()),
    "notices": (frozenset({"subject", "text"}), frozenset({"subject", "text"})),
    "blocks": (frozenset({"text"}), frozenset({"text"})),
}
#: Tables of fixed entries.
_FIXED: Mapping[str, frozenset[str]] = {
    "process": frozenset({"name"}),
    "webform": frozenset({"title", "intro", "thanks"}),
}


def check(file: str, content: bytes) -> None:
    """Raises Refused with a finding for every table that is not as it should be."""
    if findings := [Finding(file, None, table, reason) for table, reason in _against(_tables(file, content))]:
        raise Refused(findings)


def _tables(file: str, content: bytes) -> Mapping[str, object]:
    if len(content) > _LARGEST:
        raise _refused(file, f"Expected texts of at most {_LARGEST} bytes, but these have {len(content)}.")
    try:
        text = content.decode()
        if _ENDLESS_KEY.search(text):
            raise _refused(file, "Expected keys such as steps.check_facts, but one has more than 16 parts.")
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _refused(file, f"Expected TOML in UTF-8, but {error}.") from error
    except RecursionError as error:
        raise _refused(file, "Expected TOML of tables and texts, but it is nested far too deeply.") from error


def _against(tables: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Table and reason. Goes down three levels and no further, whatever is below."""
    for name, table in tables.items():
        if not isinstance(table, dict):
            yield name, "Expected tables such as [steps.check_facts] and nothing outside of them."
        elif name in _FIXED:
            yield from _entries(name, table, _FIXED[name])
        elif name in _FLAT:
            yield from _entries(name, table, table.keys())
        elif name in _NESTED:
            yield from _inner(name, table)
        else:
            known = ", ".join(sorted({*_FIXED, *_FLAT, *_NESTED}))
            yield name, f"Expected one of the tables {known}, but this is none."


def _inner(name: str, table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    allowed, needed = _NESTED[name]
    for key, entries in table.items():
        path = f"{name}.{key}"
        if not isinstance(entries, dict):
            yield path, f"Expected a table [{path}], but it is none."
            continue
        yield from _entries(path, entries, allowed)
        for missing in sorted(needed - entries.keys()):
            yield path, f"Expected a {missing}, but there is none."


def _entries(path: str, table: Mapping[str, object], allowed: Collection[str]) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if key not in allowed:
            yield path, f"Expected only {', '.join(sorted(allowed))} here, but there is {key}."
        elif not isinstance(value, str):
            yield path, f"Expected {key} to be a text, but it is none."


def _refused(file: str, reason: str) -> Refused:
    return Refused([Finding(file, None, None, reason)])

"""The text file of a process: which tables it may have, and what stands in them. Only texts do, and they are templates."""

from collections.abc import Collection, Iterator, Mapping

from cpm import toml_text
from cpm.commands import text_templates
from rules.xml import Finding, Refused

#: Tables of texts under names of the process's own.
_FLAT = frozenset(
    {
        "actions",
        "stages",
        "outcomes",
        "reasons",
        "special_cases",
        "decisions",
        "words",
        "attributes",
        "views",
        "status",
    }
)
#: Tables of tables: the entries each of them may have, and those it must.
_NESTED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "steps": (frozenset({"name", "hint", "say", "do", "done"}), frozenset()),
    "notices": (frozenset({"subject", "text"}), frozenset({"subject", "text"})),
    "blocks": (frozenset({"title", "text", "when"}), frozenset({"text"})),
}
#: Tables of fixed entries.
_FIXED: Mapping[str, frozenset[str]] = {
    "process": frozenset({"name", "repeat"}),
    "webform": frozenset({"title", "intro", "thanks"}),
}


def check(file: str, content: bytes) -> None:
    """Raises Refused with a finding for every table that is not as it should be, or for every text that is no template."""
    tables = _tables(file, content)
    findings = [Finding(file, None, table, reason) for table, reason in _against(tables)]
    if findings := findings or list(text_templates.against(file, content, tables)):
        raise Refused(findings)


def _tables(file: str, content: bytes) -> Mapping[str, object]:
    try:
        return toml_text.loads(content, "texts")
    except ValueError as error:
        raise _refused(file, str(error)) from error


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

"""The text file of a process: which tables it may have, and what stands in them. Only texts do, and they are templates."""

from collections.abc import Collection, Iterator, Mapping

from cpm import toml_text
from cpm.commands import text_templates
from rules.said import Said
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
    findings = [Finding(file, None, table, told.en, told.de) for table, told in _against(tables)]
    if findings := findings or list(text_templates.against(file, content, tables)):
        raise Refused(findings)


def _tables(file: str, content: bytes) -> Mapping[str, object]:
    try:
        return toml_text.loads(content, "texts")
    except toml_text.Unreadable as error:
        raise Refused([Finding(file, None, None, str(error), error.german)]) from error


def _against(tables: Mapping[str, object]) -> Iterator[tuple[str, Said]]:
    """Table and reason. Goes down three levels and no further, whatever is below."""
    for name, table in tables.items():
        if not isinstance(table, dict):
            yield (
                name,
                Said(
                    "Expected tables such as [steps.check_facts] and nothing outside of them.",
                    "Hier stehen nur Tabellen wie [steps.check_facts] und nichts außerhalb davon.",
                ),
            )
        elif name in _FIXED:
            yield from _entries(name, table, _FIXED[name])
        elif name in _FLAT:
            yield from _entries(name, table, table.keys())
        elif name in _NESTED:
            yield from _inner(name, table)
        else:
            known = ", ".join(sorted({*_FIXED, *_FLAT, *_NESTED}))
            yield (
                name,
                Said(
                    f"Expected one of the tables {known}, but this is none.",
                    f"Diese Tabelle gibt es nicht, sondern nur {known}.",
                ),
            )


def _inner(name: str, table: Mapping[str, object]) -> Iterator[tuple[str, Said]]:
    allowed, needed = _NESTED[name]
    for key, entries in table.items():
        path = f"{name}.{key}"
        if not isinstance(entries, dict):
            yield (
                path,
                Said(f"Expected a table [{path}], but it is none.", f"[{path}] muss eine Tabelle sein."),
            )
            continue
        yield from _entries(path, entries, allowed)
        for missing in sorted(needed - entries.keys()):
            yield path, Said(f"Expected a {missing}, but there is none.", f"Hier fehlt {missing}.")


def _entries(path: str, table: Mapping[str, object], allowed: Collection[str]) -> Iterator[tuple[str, Said]]:
    for key, value in table.items():
        if key not in allowed:
            there = ", ".join(sorted(allowed))
            yield (
                path,
                Said(
                    f"Expected only {there} here, but there is {key}.",
                    f"Hier stehen nur {there}; {key} gehört nicht dazu.",
                ),
            )
        elif not isinstance(value, str):
            yield path, Said(f"Expected {key} to be a text, but it is none.", f"{key} muss ein Text sein.")

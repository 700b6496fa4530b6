"""Lists that come with a process: properties `cpm:view:<key>`, each a search, and their names in `[views]`."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cpm.attributes.search import Search
from cpm.forms.words import Words

PREFIX = "cpm:view:"


@dataclass(frozen=True, slots=True)
class View:
    key: str
    words: Words
    search: Search


def views(
    process: str, properties: Mapping[str, str], texts: Mapping[str, Mapping[str, Any]]
) -> tuple[View, ...]:
    named = {language: texts.get(language, {}).get("views", {}) for language in ("de", "en")}
    found = []
    for name, text in properties.items():
        if name.startswith(PREFIX):
            key = name.removeprefix(PREFIX)
            german = str(named["de"].get(key, key))
            words = Words(german, str(named["en"].get(key, german)))
            found.append(View(key, words, Search.of_text(text, process)))
    return tuple(found)


def view_problems(
    found: Collection[View], texts: Mapping[str, Mapping[str, Any]], columns: Collection[str]
) -> Iterator[tuple[str, str]]:
    """In English and German: columns that lists of this process do not have, and names of views that are none."""
    for view in found:
        for name in view.search.asked:
            if name not in columns:
                yield (
                    f"Expected {PREFIX}{view.key} to use columns of the list, but {name!r:.80} is none.",
                    f"{PREFIX}{view.key} nennt {name!r:.80}, das ist keine Spalte der Liste.",
                )
    keys = {view.key for view in found}
    for entry in sorted({entry for tables in texts.values() for entry in tables.get("views", {})} - keys):
        yield (
            f"Expected the texts [views] to name views only, but {entry!r} is none.",
            f"Die Texte [views] nennen {entry!r}, das ist keine Ansicht.",
        )

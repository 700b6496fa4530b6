"""What a process declares for lists of its cases and for wrapping them up, looked at with its forms and texts."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cpm import attributes, bpmn, forms
from cpm.bpmn.reading.properties import OUTCOMES, REASONS
from cpm.commands.sources import LANGUAGES, Source
from cpm.model import ResourceKind
from rules.xml import Finding

Known = Mapping[tuple[ResourceKind, str], Source]


def against(
    source: Source, program: bpmn.Program, known: Known, read: Sequence[forms.Form]
) -> Iterator[Finding]:
    texts = {language: _texts(source.key, language, known) for language in LANGUAGES}
    declared = attributes.declared(program.properties, read, texts)
    views = attributes.views(source.key, program.properties, texts)
    for reason, german in (
        *attributes.problems(program.properties, read, texts),
        *attributes.view_problems(views, texts, {*attributes.FIXED, *declared}),
        *_wordless(program.properties, texts),
    ):
        yield Finding(source.file, None, source.key, reason, german)


def _wordless(
    properties: Mapping[str, str], texts: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Ways and reasons to wrap a case up that have no name in one of the languages."""
    for name, table in ((OUTCOMES, "outcomes"), (REASONS, "reasons")):
        for key in dict.fromkeys(key.strip() for key in properties.get(name, "").split(",") if key.strip()):
            for language in (each for each in LANGUAGES if key not in texts[each].get(table, {})):
                yield (
                    f"Expected the texts [{table}] in {language}.toml to name {key} of {name}, but they do not.",
                    f"Die Texte [{table}] in {language}.toml nennen {key} nicht, das in {name} steht.",
                )


def _texts(process: str, language: str, known: Known) -> Mapping[str, Any]:
    found = known.get((ResourceKind.TEXTS, f"{process}.{language}"))
    return tomllib.loads(found.content.decode()) if found else {}

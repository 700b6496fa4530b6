"""What a process declares for lists of its cases and for wrapping them up, looked at with its forms and texts."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cpm import attributes, bpmn, forms
from cpm.bpmn.reading.properties import AGAIN, FOUR_EYES, OUTCOMES, REASONS
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
    for each in program.elements.values():
        yield from _astray(source, each, program, known)


def _astray(source: Source, element: bpmn.Element, program: bpmn.Program, known: Known) -> Iterator[Finding]:
    """Steps that it names and that are not there: nobody could come back from them, and nobody would have done them.

    What it checks may have been done in any process: one that is called for an approval names steps of its callers.
    """
    held = known.get((ResourceKind.PROCESS, element.process), source)
    for step in sorted(_named(element, AGAIN) - {"true", "false"} - program.elements.keys()):
        reason = f"Expected {AGAIN} to name steps of the process, but there is no {step}."
        german = f"{AGAIN} nennt {step}; diesen Schritt gibt es im Prozess nicht."
        yield Finding(held.file, None, element.id, reason, german)
    for step in sorted(_named(element, FOUR_EYES) - program.elements.keys()):
        if not _drawn(step, known):
            reason = f"Expected {FOUR_EYES} to name steps of this process or of another here, but there is no {step}."
            german = f"{FOUR_EYES} nennt {step}; diesen Schritt gibt es hier nicht, auch in keinem anderen Prozess."
            yield Finding(held.file, None, element.id, reason, german)


def _named(element: bpmn.Element, name: str) -> set[str]:
    return {word.strip() for word in element.properties.get(name, "").split(",")} - {""}


def _drawn(element: str, known: Known) -> bool:
    stands = re.compile(rf"""\sid\s*=\s*["']{re.escape(element)}["']""".encode())
    return any(kind == ResourceKind.PROCESS and stands.search(p.content) for (kind, _), p in known.items())


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

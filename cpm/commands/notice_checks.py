"""Whether what a model tells customers by `cpm:notice` and `cpm:noticeLate` has its text in both languages, looked at as it is deployed."""

import tomllib
from collections.abc import Collection, Iterator, Mapping

from cpm import bpmn
from cpm.bpmn.reading.properties import LATE, NOTICE
from cpm.commands import noticing
from cpm.commands.sources import LANGUAGES, Source
from cpm.model import ResourceKind
from rules.xml import Finding

Known = Mapping[tuple[ResourceKind, str], Source]


def against(
    source: Source, program: bpmn.Program, known: Known, owners: Collection[str]
) -> Iterator[Finding]:
    """`owners` are those whose texts the process reads: itself, what it calls, and the firm."""
    wanted = {
        (element.id, event)
        for element in program.elements.values()
        if NOTICE in element.properties
        for event in noticing.events(element.properties[NOTICE])
    }
    if (late := program.properties.get(LATE)) is not None:
        wanted.add((source.key, late))
    present = {language: _present(language, known, owners) for language in LANGUAGES} if wanted else {}
    for element, event in sorted(wanted):
        for language in (each for each in LANGUAGES if event not in present[each]):
            yield Finding(
                source.file,
                None,
                element,
                f"Expected the text [notices.{event}] in {language}.toml, because the customer is told it here, but there is none.",
                f"Der Text [notices.{event}] fehlt in {language}.toml; hier soll ihn der Kunde lesen.",
            )


def _present(language: str, known: Known, owners: Collection[str]) -> set[str]:
    files = (known.get((ResourceKind.TEXTS, f"{owner}.{language}")) for owner in owners)
    return {
        event for file in files if file for event in tomllib.loads(file.content.decode()).get("notices", {})
    }

"""What a process declares for lists of its cases, attributes and views, looked at with its forms and texts."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cpm import attributes, bpmn, forms
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
    ):
        yield Finding(source.file, None, source.key, reason, german)


def _texts(process: str, language: str, known: Known) -> Mapping[str, Any]:
    found = known.get((ResourceKind.TEXTS, f"{process}.{language}"))
    return tomllib.loads(found.content.decode()) if found else {}

"""The door: bytes in, a model out, or everything that speaks against it."""

from dataclasses import replace

from rules.dmn.documents import Reading
from rules.dmn.imports import Find, Source
from rules.dmn.literals import literals_of
from rules.dmn.model import Model
from rules.dmn.nodes import build
from rules.xml import Refused


def no_others(_namespace: str) -> Source | None:
    """What finds imported documents where there are none."""
    return None


def read(xml: bytes, file: str = "", *, lenient: bool = False, imports: Find = no_others) -> Model:
    """The model of a DMN document; `imports` finds the documents that it imports, by their namespaces.

    Raises rules.xml.Refused with the file, line, element and reason of everything that cannot be run as
    the standard says. If `lenient`, what is found is kept in `findings` and gives null, as the
    conformance suite expects of expressions that make no sense.
    """

    def watched() -> Model:
        return _read(xml, file, lenient=True, imports=imports, watched=True)

    return replace(_read(xml, file, lenient=lenient, imports=imports), watched=watched)


def _read(xml: bytes, file: str, *, lenient: bool, imports: Find, watched: bool = False) -> Model:
    reading = Reading(imports, watched=watched)
    document = reading.document(xml, file)
    built = build(list(reading.documents.values()))
    findings = reading.findings
    if findings and not lenient:
        raise Refused(sorted(findings, key=lambda finding: (finding.file != file, finding.line or 0)))
    literals = {key: literals_of(built.elements[key], document.vocabulary) for key in built.decisions}
    return Model(built.decisions, built.nodes, tuple(findings), literals, document.namespace)

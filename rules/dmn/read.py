"""The door: bytes in, a model out, or everything that speaks against it."""

from rules.dmn.elements import NAMESPACES, Element, children, kind, name_of
from rules.dmn.findings import Document
from rules.dmn.items import read_types
from rules.dmn.literals import literals_of
from rules.dmn.model import Model
from rules.dmn.nodes import build
from rules.dmn.requirements import NODES
from rules.feel.vocabulary import tidy
from rules.xml import Refused, parse

#: Elements beside the nodes that say nothing about what is decided.
_SILENT = frozenset(
    {
        "", "description", "extensionElements", "itemDefinition", "knowledgeSource", "performanceIndicator",
        "organizationUnit", "businessContextElement", "elementCollection", "textAnnotation", "association",
        "group", "artifact",
    }
)  # fmt: skip
_NAMING = (
    "variable", "itemComponent", "inputData", "decision", "businessKnowledgeModel",
    "decisionService", "output", "column",
)  # fmt: skip


def read(xml: bytes, file: str = "", *, lenient: bool = False) -> Model:
    """The model of a DMN document.

    Raises rules.xml.Refused with the file, line, element and reason of everything that cannot be run as
    the standard says. If `lenient`, what is found is kept in `findings` and gives null, as the
    conformance suite expects of expressions that make no sense.
    """
    root = parse(xml, file)
    document = Document(file, _vocabulary(root))
    if kind(root) != "definitions":
        document.refuse(
            root, f"Expected DMN 1.1 to 1.5 in one of {len(NAMESPACES)} namespaces, but found {root.tag}."
        )
        raise Refused(document.findings)
    _check_language(root, document)
    _check_elements(root, document)
    if next(children(root, "inputData"), None) is None:
        document.facts = set()
    read_types(root, document)
    built = build(root, document)
    if document.findings and not lenient:
        raise Refused(sorted(document.findings, key=lambda finding: finding.line or 0))
    literals = {key: literals_of(built.elements[key], document.vocabulary) for key in built.decisions}
    return Model(built.decisions, built.nodes, tuple(document.findings), literals)


def _vocabulary(root: Element) -> frozenset[str]:
    """All names of the document that are more than one word; most of it is one."""
    names = {name_of(element) for element in root.iter() if kind(element) in _NAMING}
    names |= {tidy(element.get("iteratorVariable") or "") for element in root.iter()}
    return frozenset(name for name in names if name and not name.isidentifier())


def _check_language(root: Element, document: Document) -> None:
    language = root.get("expressionLanguage") or ""
    if language and "feel" not in language.lower():
        document.refuse(root, f"Expected the expression language FEEL, but found {language}.")


def _check_elements(root: Element, document: Document) -> None:
    for element in root:
        if kind(element) == "import":
            document.refuse(element, "Expected one document, but it imports others, which is not supported.")
        elif kind(element) not in NODES and kind(element) not in _SILENT:
            document.refuse(element, f"Expected a decision or input, but found {kind(element)}.")

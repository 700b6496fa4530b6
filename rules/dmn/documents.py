"""Reads a document and all that it imports, each before those that import it."""

from rules.dmn.elements import NAMESPACES, Element, children, kind, name_of, namespace_of
from rules.dmn.findings import Document, other_language
from rules.dmn.imports import MOST_DOCUMENTS, Find, Import, imports_in, is_dmn
from rules.dmn.items import read_types
from rules.dmn.requirements import NODES
from rules.feel.vocabulary import tidy
from rules.said import Said
from rules.xml import Finding, Refused, parse

#: Elements beside the nodes that say nothing about what is decided.
_SILENT = frozenset(
    {
        "", "description", "extensionElements", "import", "itemDefinition", "knowledgeSource", "group", "artifact",
        "performanceIndicator", "organizationUnit", "businessContextElement", "elementCollection",
        "textAnnotation", "association",
    }
)  # fmt: skip
_MEMBERS = ("variable", "itemComponent", "itemDefinition", "output", "column", "import")
_LONGEST_CHAIN = 20


class Reading:
    """One document with what it imports, directly and by others."""

    def __init__(self, find: Find, *, watched: bool = False) -> None:
        self.find = find
        self.watched = watched
        self.findings: list[Finding] = []
        self.documents: dict[str, Document] = {}  #: by their namespaces, imported ones first
        self.path: list[str] = []  #: namespaces of the documents that are being read

    def document(self, content: bytes, file: str, imported_as: str | None = None) -> Document:
        """The document with its types; it is the last one. Raises Refused for what is no DMN at all."""
        root = parse(content, file)
        namespace = namespace_of(root) if imported_as is None else imported_as
        prefix = "" if imported_as is None else f"{{{namespace}}}"
        document = Document(file, root, namespace, prefix, findings=self.findings, watched=self.watched)
        if kind(root) != "definitions":
            reason = f"Expected DMN 1.1 to 1.5 in one of {len(NAMESPACES)} namespaces, but found {root.tag}."
            german = f"Das ist kein DMN 1.1 bis 1.5: Die Datei beginnt mit {root.tag}."
            document.refuse(root, reason, german)
            raise Refused(self.findings)
        self.path.append(namespace)
        for each in imports_in(root):
            self._import(each, document)
        self.path.pop()
        _prepare(document)
        self.documents[namespace] = document
        return document

    def _import(self, each: Import, document: Document) -> None:
        if (told := self._against(each, document)) is not None:
            document.refuse(each.element, told.en, told.de)
            return
        found = self.documents.get(each.namespace)
        if found is None:
            source = self.find(each.namespace)
            if source is None:
                reason = (
                    f"Expected a document with the namespace {each.namespace} to import, but there is none."
                )
                german = f"Eine Datei mit dem Namensraum {each.namespace}, die importiert werden soll, gibt es nicht."
                document.refuse(each.element, reason, german)
                return
            found = self.document(source.content, source.file, each.namespace)
        document.imports[each.namespace] = (each.name, found)

    def _against(self, each: Import, document: Document) -> Said | None:
        if not is_dmn(each):
            return Said(
                f"Expected an import of DMN, but it is of {each.type}, which is not supported.",
                f"Nur DMN lässt sich importieren; hier ist es {each.type}.",
            )
        if each.namespace in self.path:
            return Said(
                f"Expected {each.namespace} not to be imported by itself, but it is, or by what it imports.",
                f"{each.namespace} wird von sich selbst importiert, oder von dem, was es importiert.",
            )
        if each.namespace in document.imports:
            return Said(
                f"Expected one import of {each.namespace}, but there are two.",
                f"{each.namespace} wird zweimal importiert; einmal genügt.",
            )
        if len(self.path) > _LONGEST_CHAIN or len(self.documents) >= MOST_DOCUMENTS:
            return Said(
                f"Expected at most {MOST_DOCUMENTS} imports and {_LONGEST_CHAIN} in a row, but there are more.",
                f"Das sind zu viele Importe: Höchstens sind es {MOST_DOCUMENTS}, und {_LONGEST_CHAIN} hintereinander.",
            )
        if each.name and each.name in (name for name, _ in document.imports.values()):
            return Said(
                f"Expected a new name for an import, but “{each.name}” is there already.",
                f"Den Importnamen „{each.name}“ gibt es schon; jeder Import braucht einen eigenen.",
            )
        return None


def _prepare(document: Document) -> None:
    """All but the nodes: names, types, and what may not stand there."""
    root = document.root
    document.vocabulary = _vocabulary(document)
    document.node_names = frozenset(
        name for node in children(root, *NODES) if _may_be_an_operation(name := name_of(node))
    ).union(*(imported.node_names for _, imported in document.imports.values()))
    language = root.get("expressionLanguage") or ""
    if language and "feel" not in language.lower():
        document.refuse(root, *other_language(language))
    for element in root:
        if kind(element) not in NODES and kind(element) not in _SILENT:
            document.refuse(
                element,
                f"Expected a decision or input, but found {kind(element)}.",
                f"Hier steht {kind(element)}; erwartet wird eine Entscheidung oder eine Eingabe.",
            )
    if next(children(root, "inputData", "import"), None) is None:
        document.facts = set()
    read_types(document)


def _vocabulary(document: Document) -> frozenset[str]:
    return words_of(document.root).union(*(imported.vocabulary for _, imported in document.imports.values()))


def words_of(root: Element) -> frozenset[str]:
    """Names that are more than one word: of what follows a dot or binds a value, and of nodes if nothing else could be meant."""
    names: set[str] = set()
    for element in root.iter():
        if _is_known_everywhere(element):
            names.add(name_of(element))
        names.add(tidy(element.get("iteratorVariable") or ""))
    return frozenset(name for name in names if name and not name.isidentifier())


def _is_known_everywhere(element: Element) -> bool:
    if kind(element) in NODES:
        return not _may_be_an_operation(name_of(element))
    parent = element.getparent()
    if kind(element) == "variable" and parent is not None and kind(parent) in NODES:
        return False  # read where it is required
    return kind(element) in _MEMBERS


def _may_be_an_operation(name: str) -> bool:
    return not name.replace(" ", "").isidentifier()

"""The door: a document's bytes in, everything worth telling its designer out."""

from collections.abc import Iterator, Mapping

from rules.checks import sentences, sentences_of_rows
from rules.checks.boxed import Boxed
from rules.checks.finding import Finding, Severity
from rules.checks.items import Items, plain
from rules.checks.kinds import Kind
from rules.checks.places import Place
from rules.checks.scope import Scope
from rules.dmn.documents import words_of
from rules.dmn.elements import Element, child, children, kind, name_of, target_of, text_of, variable_of
from rules.dmn.requirements import NODES, key_of
from rules.feel.vocabulary import tidy
from rules.xml import parse

#: By decision: the names that are ever given to it, with their types in FEEL.
Facts = Mapping[str, Mapping[str, str]]
_REQUIRED = ("requiredDecision", "requiredInput", "requiredKnowledge")


def check(content: bytes, file: str, facts: Facts | None = None) -> list[Finding]:
    """In the order of the lines. `facts` fixes what those decisions may ask for; others get what they declare.

    What cannot be read at all is not told here: whoever reads the document does. Raises rules.xml.Refused for what
    is no XML.
    """
    checked = _Document(parse(content, file), file, facts or {})
    checked.run()
    return sorted(checked.findings, key=lambda finding: (finding.line or 0, finding.code))


class _Document:
    def __init__(self, root: Element, file: str, facts: Facts) -> None:
        self.root, self.file = root, file
        self.items = Items(root)
        self.findings: list[Finding] = []
        self.nodes = {key_of(node): node for node in children(root, *NODES)}
        self.given = _given(facts, self.nodes)
        self.declares = any(kind(node) == "inputData" for node in self.nodes.values())
        self.imports = frozenset(name_of(each) for each in children(root, "import"))
        self.kinds: dict[str, Kind | None] = {}
        self.boxed = Boxed(self.items, words_of(root))

    def run(self) -> None:
        for node in self.nodes.values():
            try:
                self._node(node)
            except RecursionError:  # nobody knows how deep the caller's own stack is already
                self._place(node).report("unchecked", sentences_of_rows.too_deep(), Severity.WARNING)

    def _node(self, node: Element) -> None:
        if kind(node) == "inputData" and self.given and variable_of(node) not in self.given:
            reason = sentences.unknown_fact(variable_of(node), self.given)
            self._place(node).report("name", reason)
        elif kind(node) == "decision":
            self._decision(node)
        elif kind(node) == "businessKnowledgeModel":
            logic = child(node, "encapsulatedLogic")
            if logic is not None:
                own = {variable_of(node): Kind("function")}
                self._function(logic, self._scope(node).binding(own), self._place(node))

    def _decision(self, node: Element) -> None:
        place = self._place(node)
        found = self.boxed.inside(node, self._scope(node), place)
        self.boxed.typed(found, child(node, "variable"), place)

    def _function(self, logic: Element, scope: Scope, place: Place) -> None:
        given = {name_of(each): self.items.of(each) for each in children(logic, "formalParameter")}
        self.boxed.inside(logic, scope.binding(given), place)

    def _place(self, node: Element) -> Place:
        return Place(self.file, key_of(node), node, self.findings)

    def _scope(self, node: Element) -> Scope:
        """What a node may read: what it requires and, where nobody declares input data, the facts themselves."""
        names = {variable_of(each): self._kind(each) for each in self._required(node)}
        names |= dict.fromkeys(self.imports)
        if self.imports:
            return Scope(names, open=True)
        if self.given:
            return Scope({**self.given, **names}, fixed=True)
        if self.declares or kind(node) != "decision":
            return Scope(names)
        return self._undeclared(node, names)

    def _undeclared(self, node: Element, names: Mapping[str, Kind | None]) -> Scope:
        """The inputs of tables say which facts there are; a decision without a table may read any."""
        asked = {}
        for each in node.iter():
            if kind(each) == "inputExpression" and (name := tidy(text_of(each))):
                asked[name] = self.items.of(each)
        return Scope({**asked, **names}, open=not asked, sure=False, declaring=True)

    def _required(self, node: Element) -> Iterator[Element]:
        for requirement in children(node, "informationRequirement", "knowledgeRequirement"):
            target = child(requirement, *_REQUIRED)
            if target is not None and (found := self.nodes.get(target_of(target))) is not None:
                yield found

    def _kind(self, node: Element) -> Kind | None:
        """The declared type of an input's or decision's value."""
        if kind(node) in ("inputData", "decision"):
            return self.items.of(child(node, "variable"))
        return None


def _given(facts: Facts, decisions: Mapping[str, Element]) -> dict[str, Kind | None]:
    """All that is given to those decisions of the document for which that is fixed."""
    known = facts.keys() & decisions.keys()
    return {name: plain(reference) for decision in known for name, reference in facts[decision].items()}

"""The graph of a document: what each decision and function requires, in an order without circles."""

from collections.abc import Iterable, Iterator

from rules.dmn.elements import Element, child, children, kind, target_of
from rules.dmn.findings import Document

NODES = ("decision", "businessKnowledgeModel", "inputData", "decisionService")
_REQUIRED = ("requiredDecision", "requiredInput", "requiredKnowledge")
_MOST_NODES = 2_000

Requirements = dict[str, list[str]]  #: from an id to the ids that are required directly


def key_of(node: Element) -> str:
    """The id by which others refer to the node; the name if nobody can."""
    return node.get("id") or node.get("name") or ""


def nodes_of(root: Element, document: Document) -> dict[str, Element]:
    """All nodes by their ids."""
    nodes: dict[str, Element] = {}
    for node in children(root, *NODES):
        if key_of(node) in nodes:
            document.refuse(node, f"Expected a new id, but “{key_of(node)}” is there already.")
        nodes[key_of(node)] = node
    if len(nodes) > _MOST_NODES:
        document.refuse(
            root, f"Expected at most {_MOST_NODES} decisions and inputs, but there are {len(nodes)}."
        )
        return {}
    return nodes


def requirements_of(nodes: dict[str, Element], document: Document) -> Requirements:
    """What is required of what; a reference to nothing goes to the findings."""
    return {key: list(_required(node, key, nodes, document)) for key, node in nodes.items()}


def _required(node: Element, key: str, nodes: dict[str, Element], document: Document) -> Iterator[str]:
    for reference in _references(node):
        target = target_of(reference)
        if target not in nodes:
            reason = f"Expected {reference.get('href')} to be in this document, but it is not."
            document.refuse(reference, reason)
        elif target != key or kind(node) != "businessKnowledgeModel":  # a function may call itself
            yield target


def _references(node: Element) -> Iterator[Element]:
    for requirement in children(node, "informationRequirement", "knowledgeRequirement"):
        if (reference := child(requirement, *_REQUIRED)) is not None:
            yield reference
    if kind(node) == "decisionService":
        yield from children(node, "outputDecision")


def in_order(requirements: Requirements) -> list[str]:
    """All ids, each after those that it requires; those in circles, and what requires them, are left out."""
    waits_for = {key: set(required) for key, required in requirements.items()}
    waiting: dict[str, list[str]] = {key: [] for key in requirements}
    for key, required in waits_for.items():
        for other in required:
            waiting[other].append(key)
    ready = [key for key, required in waits_for.items() if not required]
    ordered = []
    while ready:
        done = ready.pop()
        ordered.append(done)
        for key in waiting[done]:
            waits_for[key].discard(done)
            if not waits_for[key]:
                ready.append(key)
    return ordered


def needed_for(
    targets: Iterable[str], requirements: Requirements, order: list[str], given: Iterable[str] = ()
) -> tuple[str, ...]:
    """Everything that must be evaluated for the targets, in order; what is `given` needs nothing."""
    given = set(given)
    needed: set[str] = set()
    waiting = list(targets)
    while waiting:
        key = waiting.pop()
        if key not in needed and key not in given:
            needed.add(key)
            waiting.extend(requirements[key])
    return tuple(key for key in order if key in needed)

"""The graph of a document: what each decision and function requires, in an order without circles."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from rules.dmn.elements import Element, address_of, child, children, kind, name_of
from rules.dmn.findings import Document

NODES = ("decision", "businessKnowledgeModel", "inputData", "decisionService")
_REQUIRED = ("requiredDecision", "requiredInput", "requiredKnowledge")
_MOST_NODES = 2_000

Requirements = dict[str, list[str]]  #: from an id to the ids that are required directly


def key_of(node: Element) -> str:
    """The id by which others refer to the node; the name if nobody can."""
    return node.get("id") or node.get("name") or ""


def nodes_of(document: Document) -> dict[str, Element]:
    """All nodes of a document by their keys: their ids, after the namespace if the document is an imported one."""
    nodes: dict[str, Element] = {}
    names: set[str] = {name for name, _ in document.imports.values() if name}
    for node in children(document.root, *NODES):
        key, name = document.prefix + key_of(node), name_of(node)
        if key in nodes:
            document.refuse(
                node,
                f"Expected a new id, but “{key_of(node)}” is there already.",
                f"Die id „{key_of(node)}“ gibt es schon; jedes Element braucht eine eigene.",
            )
        if name in names:
            document.refuse(
                node,
                f"Expected a new name, but “{name}” is there already.",
                f"Den Namen „{name}“ gibt es schon; jede Entscheidung und jede Eingabe braucht einen eigenen.",
            )
        names.add(name)
        nodes[key] = node
    if len(nodes) > _MOST_NODES:
        reason = f"Expected at most {_MOST_NODES} decisions and inputs, but there are {len(nodes)}."
        german = f"Das sind {len(nodes)} Entscheidungen und Eingaben; höchstens sind es {_MOST_NODES}."
        document.refuse(document.root, reason, german)
        return {}
    return nodes


def requirements_of(nodes: dict[str, Element], document: Document, known: Collection[str]) -> Requirements:
    """What the nodes of a document require; a reference to nothing goes to the findings."""
    return {key: list(_required(node, key, document, known)) for key, node in nodes.items()}


def _required(node: Element, key: str, document: Document, known: Collection[str]) -> Iterator[str]:
    for reference in _references(node):
        target = resolved(reference, document, known)
        if target is not None and (target != key or kind(node) != "businessKnowledgeModel"):
            yield target  # but a function may call itself


def resolved(reference: Element, document: Document, known: Collection[str]) -> str | None:
    """The key of the node that is referred to; a reference to nothing goes to the findings."""
    namespace, id_ = address_of(reference)
    if namespace in ("", document.namespace):
        prefix, where, wo = document.prefix, "in this document", "in dieser Datei"
    elif namespace in document.imports:
        prefix, where, wo = f"{{{namespace}}}", "in what is imported", "in dem, was importiert wird"
    else:
        document.refuse(
            reference,
            f"Expected {namespace} to be imported, but it is not.",
            f"{namespace} wird hier gebraucht, aber nicht importiert.",
        )
        return None
    if prefix + id_ in known:
        return prefix + id_
    document.refuse(
        reference,
        f"Expected {reference.get('href')} to be {where}, but it is not.",
        f"{reference.get('href')} wird hier gebraucht, steht aber nicht {wo}.",
    )
    return None


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
    ordered = [key for key, required in waits_for.items() if not required]
    for done in ordered:  # which grows behind it
        for key in waiting[done]:
            waits_for[key].discard(done)
            if not waits_for[key]:
                ordered.append(key)
    return ordered


def needed_for(
    targets: Iterable[str],
    requirements: Requirements,
    order: Mapping[str, int],
    *,
    given: Iterable[str] = (),
    closed: Collection[str] = (),
) -> tuple[str, ...]:
    """Everything that must be made for the targets, in order.

    What is `given` is not made; what is `closed` is, but makes itself what it requires.
    """
    given = set(given)
    needed: set[str] = set()
    waiting = list(targets)
    while waiting:
        key = waiting.pop()
        if key not in needed and key not in given:
            needed.add(key)
            waiting.extend(() if key in closed else requirements[key])
    return tuple(sorted(needed & order.keys(), key=order.__getitem__))

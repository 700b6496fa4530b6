"""Documents that a document imports: found by their namespaces, each read once, and never in circles."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rules.dmn.elements import NAMESPACES, Element, children, kind, name_of, namespace_of
from rules.xml import parse

#: Documents beside the first one, so that nobody can make us read for ever.
MOST_DOCUMENTS = 200


@dataclass(frozen=True, slots=True)
class Source:
    """A document that others may import."""

    file: str  #: for findings
    content: bytes


Find = Callable[[str], Source | None]  #: from a namespace to the document of that namespace


@dataclass(frozen=True, slots=True)
class Import:
    """What an `import` element says."""

    element: Element
    name: str  #: before the dot, where what is imported is used; empty since DMN 1.5 if nothing is
    namespace: str
    type: str


def imports_in(root: Element) -> Iterator[Import]:
    for element in children(root, "import"):
        yield Import(
            element,
            name_of(element),
            (element.get("namespace") or "").strip(),
            (element.get("importType") or "").strip(),
        )


def is_dmn(each: Import) -> bool:
    """Tools write the namespace of DMN's schema or of its models; without a type it can be nothing else."""
    return not each.type or each.type in NAMESPACES or "/spec/DMN/" in each.type


def addresses(content: bytes, file: str = "") -> tuple[str, tuple[str, ...]]:
    """The namespace of a document, and those of the documents that it imports.

    Raises Refused for what is no XML. What is no DMN has no address.
    """
    root = parse(content, file)
    if kind(root) != "definitions":
        return "", ()
    return namespace_of(root), tuple(each.namespace for each in imports_in(root) if is_dmn(each))

"""Small steps in a DMN document, whatever version's namespace it uses."""

from collections.abc import Iterator

from lxml import etree

from rules.feel.vocabulary import tidy

Element = etree._Element  # noqa: SLF001 lxml's class of elements has no other name

#: DMN 1.1, 1.2, 1.3, 1.4 and 1.5.
NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)


def kind(element: Element) -> str:
    """The name of a DMN element; the empty text for an extension."""
    name = etree.QName(element)
    return name.localname if name.namespace in NAMESPACES else ""


def children(element: Element, *kinds: str) -> Iterator[Element]:
    return (child for child in element if kind(child) in kinds)


def child(element: Element | None, *kinds: str) -> Element | None:
    return None if element is None else next(children(element, *kinds), None)


def text_of(element: Element | None) -> str:
    """The FEEL text inside of an element, without space around it; empty if there is none."""
    text = child(element, "text")
    return "" if text is None else (text.text or "").strip()


def name_of(element: Element) -> str:
    return tidy(element.get("name") or "")


def variable_of(element: Element) -> str:
    """The name by which others read the element's value."""
    variable = child(element, "variable")
    return (name_of(variable) if variable is not None else "") or name_of(element)


def type_of(element: Element | None) -> str | None:
    """The reference to a type: an attribute, or in DMN 1.1 an element."""
    if element is None:
        return None
    inner = child(element, "typeRef")
    reference = element.get("typeRef") or (inner.text if inner is not None else None)
    return reference.strip() if reference else None


def target_of(reference: Element) -> str:
    """The id that an `href` names; with the namespace before the `#` if it is in another document."""
    return (reference.get("href") or "").removeprefix("#")


def address_of(reference: Element) -> tuple[str, str]:
    """The namespace that an `href` names, empty if it names none, and the id in it."""
    namespace, _, id_ = (reference.get("href") or "").strip().rpartition("#")
    return namespace, id_


def namespace_of(root: Element) -> str:
    return (root.get("namespace") or "").strip()


def id_of(element: Element | None) -> str | None:
    """The id of the element or of the nearest one around it that has one."""
    while element is not None:
        if found := element.get("id"):
            return str(found)
        element = element.getparent()
    return None

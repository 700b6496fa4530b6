"""The namespaces of a Camunda 8 model."""

from typing import cast

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"

#: Extensions of engines whose meaning we would silently drop: Camunda 7, Activiti, Flowable.
FOREIGN_ENGINES = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://activiti.org/bpmn",
    "http://flowable.org/bpmn",
)


def local(element: etree._Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def in_bpmn(element: etree._Element) -> bool:
    return str(element.tag).startswith(BPMN)


def text_of(element: etree._Element | None) -> str | None:
    """The text, trimmed; None for none."""
    return (element.text or "").strip() or None if element is not None else None


def flag(element: etree._Element, name: str, *, default: bool) -> bool:
    """An xsd:boolean attribute."""
    return {"true": True, "1": True, "false": False, "0": False}.get(element.get(name, "").strip(), default)


def line_of(element: etree._Element) -> int | None:
    return cast("int | None", element.sourceline)

"""Chromium's accessibility tree: what a page is to those who do not see it, as the browser hands it to their programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

#: Of these somebody has to know what they are.
#: There is one of each; nobody has to tell it from others.
_WHOLE = {"RootWebArea", "main"}
_ASK = {
    "button",
    "link",
    "textbox",
    "combobox",
    "checkbox",
    "radio",
    "radiogroup",
    "listbox",
    "DisclosureTriangle",
}


@dataclass(frozen=True, slots=True)
class Node:
    role: str
    name: str
    description: str
    required: bool
    invalid: bool
    focusable: bool


def nodes(page: Page) -> Iterator[Node]:
    """In the order of the page; what is hidden from it is left out."""
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    for found in session.send("Accessibility.getFullAXTree")["nodes"]:
        if not found.get("ignored"):
            yield _node(found)
    session.detach()


def nameless(page: Page) -> list[str]:
    """What takes the focus, or asks for something, and does not say what it is."""
    asked = [node for node in nodes(page) if node.focusable or node.role in _ASK]
    return [node.role for node in asked if not node.name.strip() and node.role not in _WHOLE]


def _node(found: dict[str, Any]) -> Node:
    more = {each["name"]: each["value"].get("value") for each in found.get("properties", ())}
    return Node(
        role=found["role"]["value"],
        name=str(found.get("name", {}).get("value", "")),
        description=str(found.get("description", {}).get("value", "")),
        required=bool(more.get("required")),
        invalid=more.get("invalid") in {True, "true"},
        focusable=bool(more.get("focusable")),
    )

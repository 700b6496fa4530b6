"""The version tags that designers give: `zeebe:versionTag` of a process or decision, `versionTag` of a form."""

import json

from rules import xml

_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"


def of_xml(content: bytes) -> dict[str, str]:
    """Tags by the id of the process or decision that has one. Raises rules.xml.Refused for what is no XML."""
    found: dict[str, str] = {}
    for tag in xml.parse(content).iter(f"{_ZEEBE}versionTag"):
        holder = tag.getparent()
        owner = None if holder is None else holder.getparent()
        if owner is not None and owner.get("id") and tag.get("value"):
            found[str(owner.get("id"))] = str(tag.get("value"))
    return found


def of_form(content: bytes) -> str | None:
    """Of a form that was read before, and so is a JSON object."""
    tag = json.loads(content).get("versionTag")
    return tag if isinstance(tag, str) and tag else None

"""Where the actions lead that a step's card suggests."""

from collections.abc import Mapping

from flask import url_for

from cpm.queries.guidance import Action
from cpm.queries.guided import Guided


def links(guided: Guided) -> Mapping[str, str]:
    """By action; those that are done by talking, or not yet here, have none."""
    actions = guided.guidance.card if guided.guidance else ()
    found = {action.action: _link(action, guided) for action in actions}
    return {action: link for action, link in found.items() if link is not None}


def _link(action: Action, guided: Guided) -> str | None:
    customer = guided.customer
    if guided.view.choosing is not None and action.action.startswith("step:"):
        return "#choices"
    if action.case is not None:
        return url_for("agent.case", number=action.case)
    if action.process is not None:
        return url_for("agent.new_case", customer=customer.id, process=action.process)
    match action.action:
        case "compare_customers":
            return url_for("agent.search", q=customer.name)
        case "ask_email" | "show_open_items":
            return url_for("agent.customer", customer_id=customer.id)
    return None

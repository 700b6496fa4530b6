"""Where one may look before one decides on what is suggested."""

from collections.abc import Iterable, Mapping

from flask import url_for

from cpm.model import Customer
from cpm.queries.glance import Glance
from cpm.queries.suggestions import Offer


def links(offers: Iterable[Offer], customer: Glance | Customer) -> Mapping[str, str]:
    """By action; what there is nothing to see of has none."""
    found = {offer.action: _link(offer, customer) for offer in offers}
    return {action: link for action, link in found.items() if link is not None}


def _link(offer: Offer, customer: Glance | Customer) -> str | None:
    if offer.case is not None:
        return url_for("agent.case", number=offer.case)
    match offer.action:
        case "compare_customers":
            return url_for("agent.search", q=customer.name)
        case "ask_email" | "mend_address" | "show_open_items":
            return url_for("agent.customer", customer_id=customer.id)
    return None

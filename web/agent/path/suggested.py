"""What one may look at before one decides on what is suggested, and the names under which it is decided."""

from collections.abc import Iterable, Mapping

from flask import request, url_for

from cpm.commands import foreseeing
from cpm.commands.foreseeing import Foreseen
from cpm.model import Case, Customer
from cpm.next_actions import Deed
from cpm.queries.glance import Glance
from cpm.queries.suggestions import Offer
from cpm.uow import UnitOfWork

#: Of its button: accept or decline, and which action. Without JavaScript it belongs to the form that stands there too.
DECIDE = "_decide"
_OF = "_suggested."


def of(action: str) -> str:
    """What the names of its fields begin with; no field of a process's form begins like that."""
    return f"{_OF}{action}."


def is_of_one(name: str) -> bool:
    """Whether an input belongs to a suggestion, and not to the form beside which it stands."""
    return name == DECIDE or name.startswith(_OF)


def undecided() -> bool:
    """Whether something was typed at one, and the form beside it was handed in. What a policy was told there is not typed."""
    typed = ((name, value) for name, value in request.form.items() if not name.endswith("._confirm"))
    return any(name.startswith(_OF) and value.strip() for name, value in typed)


def links(offers: Iterable[Offer], customer: Glance | Customer) -> Mapping[str, str]:
    """By action; what there is nothing to see of has none."""
    found = {offer.action: _link(offer, customer) for offer in offers}
    return {action: link for action, link in found.items() if link is not None}


def telling(look: UnitOfWork, case: Case, offers: Iterable[Offer]) -> Mapping[str, Foreseen]:
    """By action, what the customer would be sent."""
    sent = {offer.action: offer.what for offer in offers if offer.deed == Deed.SEND}
    found = foreseeing.foreseen(look, case, sorted(set(sent.values())))
    return {action: found[event] for action, event in sent.items() if event in found}


def _link(offer: Offer, customer: Glance | Customer) -> str | None:
    if offer.case is not None:
        return url_for("agent.case", number=offer.case)
    match offer.action:
        case "compare_customers":
            return url_for("agent.search", q=customer.name)
        case "ask_email" | "mend_address" | "show_open_items":
            return url_for("agent.customer", customer_id=customer.id)
    return None

"""Links by which customers take back what they allowed, or confirm that they want it."""

from dataclasses import dataclass

from cpm.channels import links
from cpm.errors import NotFound
from cpm.model import Customer
from cpm.queries.survivors import survivor
from cpm.uow import UnitOfWork

_OUT, _CONFIRM = "opt-out", "confirm"
_PURPOSES = ("advertising", "notices")  #: their places are in links that are out there
CHANNEL = "email"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link is about; the channel is mail."""

    customer: Customer
    purpose: str


def link(look: UnitOfWork, customer: Customer, purpose: str) -> str:
    """Ends messages for this purpose; the page behind it asks first."""
    return f"{look.settings.http_url}/o/{_token(look, _OUT, customer, purpose)}"


def confirming(look: UnitOfWork, customer: Customer, purpose: str) -> str:
    """Says that whoever reads the mail wants them: the second half of a double opt-in."""
    return f"{look.settings.http_url}/o/confirm/{_token(look, _CONFIRM, customer, purpose)}"


def asked(look: UnitOfWork, token: str) -> Asked:
    """NotFound if it is no link of ours for opting out."""
    return _asked(look, _OUT, token)


def confirmed(look: UnitOfWork, token: str) -> Asked:
    return _asked(look, _CONFIRM, token)


def _token(look: UnitOfWork, act: str, customer: Customer, purpose: str) -> str:
    return links.make(look.settings.secret, act, customer.id, _PURPOSES.index(purpose))


def _asked(look: UnitOfWork, act: str, token: str) -> Asked:
    numbers = links.read(look.settings.secret, act, token)
    customer = look.session.get(Customer, numbers[0]) if numbers and len(numbers) == 2 else None
    if customer is None or numbers is None or numbers[1] >= len(_PURPOSES):
        raise NotFound(
            "This link opens nothing. Please check that it is complete, or write to us.",
            de="Dieser Link öffnet nichts. Bitte prüfen Sie, ob er vollständig ist, oder schreiben Sie uns.",
        )
    return Asked(survivor(look, customer), _PURPOSES[numbers[1]])

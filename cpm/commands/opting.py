"""A customer takes back or confirms by a link what they allow us; processes that wait for it hear of it."""

from cpm.commands import consents, correlation
from cpm.model import Consent, Customer
from cpm.queries import opting_out
from cpm.queries.opting_out import CHANNEL, Asked
from cpm.uow import UnitOfWork

OPTED_OUT, CONFIRMED = "opted_out", "consent_confirmed"
#: Of the sentence on the page behind a link for confirming.
TEXT_VERSION = "confirm-1"


def withdraw(uow: UnitOfWork, token: str, *, source: str) -> Consent:
    """Again it changes nothing. Messages `opted_out` with the customer's id as key reach the processes."""
    asked = opting_out.asked(uow, token)
    said = consents.latest(uow, asked.customer, CHANNEL, asked.purpose)
    if said is not None and not said.given:
        return said
    made = consents.withdraw(uow, asked.customer, CHANNEL, asked.purpose, source=source)
    _tell(uow, OPTED_OUT, str(asked.customer.id), made, asked.customer)
    return made


def restore(uow: UnitOfWork, token: str) -> Consent | None:
    """Undo an opt-out by the same link: what was before counts again. Nobody agrees to advertising by it who never has."""
    asked = opting_out.asked(uow, token)
    said = consents.latest(uow, asked.customer, CHANNEL, asked.purpose)
    if (said is not None and said.given) or not may_restore(uow, asked):
        return said
    return consents.give(
        uow, asked.customer, CHANNEL, asked.purpose, source="opt-out link, undone", text_version="opt-out-1"
    )


def may_restore(look: UnitOfWork, asked: Asked) -> bool:
    """Notices need no consent; for advertising they must have given it themselves, once (§ 7 UWG, Art. 7 GDPR)."""
    if asked.purpose == "notices":
        return True
    known = (each for each in consents.history(look, asked.customer) if each.channel == CHANNEL)
    return any(each.given for each in known if each.purpose == asked.purpose)


def confirm(uow: UnitOfWork, token: str) -> Consent:
    """The second half of a double opt-in; again it changes nothing."""
    asked = opting_out.confirmed(uow, token)
    said = consents.latest(uow, asked.customer, CHANNEL, asked.purpose)
    if said is not None and said.given:
        return said
    made = consents.give(
        uow, asked.customer, CHANNEL, asked.purpose, source="double opt-in", text_version=TEXT_VERSION
    )
    _tell(uow, CONFIRMED, token, made, asked.customer)
    return made


def _tell(uow: UnitOfWork, message: str, key: str, said: Consent, customer: Customer) -> None:
    payload = {"purpose": said.purpose, "channel": said.channel, "customer_id": str(customer.id)}
    correlation.correlate(uow, message, key, f"consent/{said.id}", payload)

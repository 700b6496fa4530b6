"""Messages and signals that other systems send: what they may say, and for which customer a case is opened by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cpm.commands import broadcasting, checks, correlation, customers, identifiers, messages
from cpm.commands.messages import Sent
from cpm.errors import Invalid
from cpm.model import Customer
from cpm.model.message import ENGINES_MESSAGES
from cpm.queries import starting
from cpm.uow import UnitOfWork

LONGEST = 200  #: characters of a name, a key and a unique id


@dataclass(frozen=True, slots=True)
class Who:
    """The customer whom it is about, by an address or number."""

    email: str = ""
    phone: str = ""
    name: str = ""


def message(
    uow: UnitOfWork,
    name: str,
    key: str,
    unique_id: str,
    data: Mapping[str, Any],
    *,
    about: Who | None = None,
    to_live: timedelta = messages.TIME_TO_LIVE,
) -> bool:
    """Publish it for the actor, whose unique ids are their own; True if a case took it, now or before.

    Invalid for what only the engine says, for what no process could ever take, and where a case would be opened of which
    no customer is known. Who it is about is looked up, or noted as new, only if the message begins a process.
    """
    if name in ENGINES_MESSAGES:
        raise Invalid(
            f"Expected a message of another system, but only the engine says {name}: send an interaction",
            [("name", "is the engine's own")],
            problems_de=[("name", "Diese Nachricht gibt nur das System selbst.")],
        )
    for what, text in (("name", name), ("key", key), ("unique_id", unique_id)):
        checks.plain_text(what, text, required=what != "key", longest=LONGEST)
    begins = bool(starting.by_message(uow, name))
    if not key and not begins:
        raise Invalid(
            f"Expected a key or a message that begins a process, but {name!r:.60} begins none",
            [("key", "must say for which case the message is, because it begins no process")],
            problems_de=[("key", "Ohne Schlüssel nimmt diese Nachricht niemand.")],
        )
    customer = _customer(uow, about).id if begins else None
    sent = Sent(name, key, unique_id, checks.values(data), uow.actor, customer, to_live)
    return correlation.publish(uow, sent)


def signal(uow: UnitOfWork, name: str, data: Mapping[str, Any], *, about: Who | None = None) -> int:
    """Broadcast it; how many cases hear it or are opened. Who it is about matters only if a process begins by it."""
    checks.plain_text("name", name, longest=LONGEST)
    customer = _customer(uow, about).id if starting.by_signal(uow, name) else None
    return broadcasting.broadcast(uow, name, checks.values(data), customer_id=customer)


def _customer(uow: UnitOfWork, about: Who | None) -> Customer:
    senders = identifiers.kept(email=about.email, phone=about.phone) if about else []
    if about is None or not senders:
        raise Invalid(
            "Expected to know whose case this opens, but neither an e-mail address nor a telephone number is given",
            [("customer", "must have an e-mail address or a telephone number, because this opens a case")],
            de="Das eröffnet einen Vorgang: Es fehlt, für wen.",
            problems_de=[("customer", "Bitte E-Mail-Adresse oder Telefonnummer angeben.")],
        )
    kind, value = senders[0]
    name = checks.plain_text("name", about.name, required=False, longest=200)
    return customers.of_address(uow, value, name=name, language="de", kind=kind)

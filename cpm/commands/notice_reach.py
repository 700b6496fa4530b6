"""What `notices.dmn` is told of the customer and of what they heard, in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ScalarSelect, bindparam, exists, func, select

from cpm.connectors.letters import is_machine
from cpm.model import Address, Case, Consent, Customer, Direction, Identifier, Interaction
from cpm.uow import UnitOfWork

ADVERTISING, NOTICES = "advertising", "notices"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where somebody is reached, and what they allowed."""

    email: str
    unreachable: bool  #: the address that the process named
    phone: str
    post: bool
    consent_email: bool  #: to advertising, as on the telephone
    consent_phone: bool
    opted_out: bool  #: of notices by e-mail
    told_today: int  #: notices on this case since midnight where the firm is
    automatic: str | None  #: why who gets this would be a machine


def reach(look: UnitOfWork, case: Case, customer: Customer, given: Mapping[str, Any]) -> Reach:
    """Where the process says, unless nothing arrives there; else at another address of the customer's own.

    `given` are the inputs of the call; the customer is the survivor of the case's.
    """
    named, answered = (
        value if isinstance(value := given.get(name), str) else "" for name in ("to", "in_reply_to")
    )
    named = named.strip()
    asked = {
        "case": case.id,
        "customer": customer.id,
        "named": named.lower(),
        "answered": answered,
        "midnight": look.local_now.replace(hour=0, minute=0, second=0, microsecond=0),
    }
    found = look.session.execute(_REACH, asked).one()
    email = named if named and not found.dead else found.email or ""
    return Reach(
        email=email,
        unreachable=bool(named and found.dead),
        phone=found.phone or "",
        post=bool(found.post),
        consent_email=found.consent_email is True,
        consent_phone=found.consent_phone is True,
        opted_out=found.notices is False,
        told_today=found.told_today,
        automatic="address of a machine" if is_machine(email) else found.automatic,
    )


_CUSTOMER: BindParameter[int] = bindparam("customer")


def _own(kind: str) -> ScalarSelect[str]:
    """The first that is theirs alone and where something arrives."""
    theirs = (Identifier.customer_id == _CUSTOMER) & Identifier.valid_to.is_(None) & Identifier.identifying
    alive = select(Identifier.value).where(
        theirs, Identifier.kind == kind, Identifier.unreachable_at.is_(None)
    )
    return alive.order_by(Identifier.id).limit(1).scalar_subquery()


def _word(channel: str, purpose: str) -> ScalarSelect[bool]:
    """Their latest, as `consents.latest`."""
    words = select(Consent.given).where(
        Consent.customer_id == _CUSTOMER, Consent.channel == channel, Consent.purpose == purpose
    )
    return words.order_by(Consent.at.desc(), Consent.id.desc()).limit(1).scalar_subquery()


#: Made once.
_REACH = select(
    _own("email").label("email"),
    _own("phone").label("phone"),
    exists()
    .where(
        Identifier.kind == "email",
        Identifier.value == bindparam("named"),
        Identifier.valid_to.is_(None),
        Identifier.unreachable_at.is_not(None),
    )
    .label("dead"),
    exists().where(Address.customer_id == _CUSTOMER, Address.unreachable_at.is_(None)).label("post"),
    _word("email", ADVERTISING).label("consent_email"),
    _word("phone", ADVERTISING).label("consent_phone"),
    _word("email", NOTICES).label("notices"),
    select(func.count())
    .where(
        Interaction.case_id == bindparam("case"),
        Interaction.notice.is_not(None),
        Interaction.at >= bindparam("midnight"),
    )
    .scalar_subquery()
    .label("told_today"),
    select(Interaction.automatic)
    .where(Interaction.message_key == bindparam("answered"), Interaction.direction == Direction.IN)
    .scalar_subquery()
    .label("automatic"),
)

"""What a customer allowed us, and took back: for each channel and purpose their latest word counts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from cpm.commands import audit, checks
from cpm.errors import Invalid
from cpm.model import Consent, Customer
from cpm.uow import UnitOfWork

CHANNELS = ("email", "phone", "letter", "fax", "sms", "chat", "social")
PURPOSES = ("advertising", "notices", "survey")
_LONGEST = 200


def given(uow: UnitOfWork, customer: Customer, channel: str, purpose: str) -> bool:
    """Whether their latest word was yes. Who never said anything has not consented."""
    return (said := latest(uow, customer, channel, purpose)) is not None and said.given


def refused(uow: UnitOfWork, customer: Customer, channel: str, purpose: str) -> bool:
    """Whether their latest word was no: what needs no consent respects that too."""
    return (said := latest(uow, customer, channel, purpose)) is not None and not said.given


def latest(uow: UnitOfWork, customer: Customer, channel: str, purpose: str) -> Consent | None:
    words = select(Consent).where(
        Consent.customer_id == customer.id, Consent.channel == channel, Consent.purpose == purpose
    )
    return uow.session.scalar(words.order_by(Consent.at.desc(), Consent.id.desc()).limit(1))


def history(uow: UnitOfWork, customer: Customer) -> Sequence[Consent]:
    """All they ever said, the newest first."""
    words = select(Consent).where(Consent.customer_id == customer.id)
    return uow.session.scalars(words.order_by(Consent.at.desc(), Consent.id.desc())).all()


def give(
    uow: UnitOfWork,
    customer: Customer,
    channel: str,
    purpose: str,
    *,
    source: str,
    text_version: str = "",
    at: datetime | None = None,
) -> Consent:
    """`at`: when they said so, if that was before now. `text_version`: which text they agreed to."""
    return _said(uow, customer, channel, purpose, yes=True, source=source, text_version=text_version, at=at)


def withdraw(
    uow: UnitOfWork,
    customer: Customer,
    channel: str,
    purpose: str,
    *,
    source: str,
    at: datetime | None = None,
) -> Consent:
    """Counts at once; a withdrawal is never refused, whatever was or was not given before."""
    return _said(uow, customer, channel, purpose, yes=False, source=source, text_version="", at=at)


def _said(
    uow: UnitOfWork,
    customer: Customer,
    channel: str,
    purpose: str,
    *,
    yes: bool,
    source: str,
    text_version: str,
    at: datetime | None,
) -> Consent:
    checks.one_of("channel", channel, CHANNELS)
    checks.one_of("purpose", purpose, PURPOSES)
    _not_later(at, uow.now)
    word = Consent(
        customer_id=customer.id,
        channel=channel,
        purpose=purpose,
        given=yes,
        at=at or uow.now,
        source=checks.plain_text("source", source, longest=_LONGEST),
        text_version=checks.plain_text("text_version", text_version, required=False, longest=_LONGEST)
        or None,
        recorded_at=uow.now,
        recorded_by=uow.actor,
    )
    uow.session.add(word)
    uow.session.flush()
    about = customer.id
    if yes:
        audit.record(
            uow, "customer.consent_given", customer=about, channel=channel, purpose=purpose, source=source
        )
    else:
        audit.record(
            uow, "customer.consent_withdrawn", customer=about, channel=channel, purpose=purpose, source=source
        )
    return word


def _not_later(at: datetime | None, now: datetime) -> None:
    if at is not None and at > now:
        raise Invalid(
            f"Expected a consent that was given already, but {at:%Y-%m-%d %H:%M} is still to come",
            [("at", "must not be in the future")],
            problems_de=[("at", "Das liegt in der Zukunft.")],
        )

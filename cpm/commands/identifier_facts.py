"""What is known of an address or number of a customer: that it is theirs, theirs alone, and since and until when."""

from sqlalchemy import select

from cpm.commands import audit, checks, customer_rows, duplicates, identifiers, party_jobs
from cpm.errors import Conflict, Invalid, NotFound
from cpm.model import Customer, Identifier
from cpm.model.identifier import NO_WAY_TO_THEM
from cpm.uow import UnitOfWork

_LONGEST, _LONGEST_WHY = 200, 500


def add(
    uow: UnitOfWork,
    customer_id: int,
    kind: str,
    value: str,
    *,
    shared: bool = False,
    verified: bool = False,
    source: str = "",
) -> Identifier:
    """Known if it is another customer's alone; again for the same customer changes nothing.

    `shared`: a switchboard, a mailbox of several. Whoever had it alone has it with others from then on.
    """
    customer = customer_rows.locked(uow, customer_id)
    value = identifiers.normalised(kind, value)
    source = checks.plain_text("source", source, required=False, longest=_LONGEST) or uow.actor
    if shared:
        _share(uow, kind, value)
    if identifiers.claim(uow, customer, kind, value, identifying=not shared, source=source):
        audit.record(uow, "customer.address_added", customer=customer.id, kind=kind, value=value)
        duplicates.soon(uow, customer.id)
        party_jobs.soon(uow, customer.id)
    else:
        identifiers.refuse_known(uow, [(kind, value)], but=customer)
    found = uow.session.scalars(
        select(Identifier).where(
            Identifier.customer_id == customer.id,
            Identifier.kind == kind,
            Identifier.value == value,
            Identifier.valid_to.is_(None),
        )
    ).one()
    if verified:
        found.verified_at = uow.now
    return found


def share(uow: UnitOfWork, customer_id: int, identifier_id: int) -> Identifier:
    """It is not theirs alone: nobody is known by it any more."""
    found = _of(uow, customer_id, identifier_id)
    _share(uow, found.kind, found.value)
    party_jobs.soon(uow, customer_id)
    return found


def keep_alone(uow: UnitOfWork, customer_id: int, identifier_id: int) -> Identifier:
    """It is theirs alone, and they are known by it. Conflict while others have it too."""
    found = _of(uow, customer_id, identifier_id)
    others = [one for one in identifiers.holders(uow, found.kind, found.value) if one.id != found.customer_id]
    if others:
        raise Conflict(
            f"Expected {found.value} to be of customer {customer_id} alone, but {others[0].name} has it too",
            de=f"{found.value} hat auch {others[0].name}; erst dort entfernen.",
        )
    if not found.identifying:
        found.identifying = True
        uow.session.flush()
        audit.record(uow, "customer.address_alone", customer=customer_id, kind=found.kind, value=found.value)
        party_jobs.soon(uow, customer_id)
    return found


def verify(uow: UnitOfWork, customer_id: int, identifier_id: int) -> Identifier:
    """Somebody has made sure that it is theirs: rang, had an answer, saw a paper."""
    found = _of(uow, customer_id, identifier_id)
    found.verified_at = uow.now
    audit.record(uow, "customer.address_verified", customer=customer_id, kind=found.kind, value=found.value)
    return found


def unreachable(uow: UnitOfWork, customer_id: int, identifier_id: int, why: str) -> Identifier:
    """Nothing arrives there, for whoever has it, as somebody was told. What is marked already keeps its moment and reason."""
    found, why = _of(uow, customer_id, identifier_id), checks.plain_text("why", why, longest=_LONGEST_WHY)
    if found.kind in NO_WAY_TO_THEM:
        raise Invalid(
            f"Expected an address or number at which customer {customer_id} is reached, but {found.value} is none",
            de=f"Unter {found.value} ist ohnehin niemand zu erreichen.",
        )
    identifiers.mark_unreachable(uow, found.kind, found.value, why)
    return found


def reachable_again(uow: UnitOfWork, customer_id: int, identifier_id: int) -> Identifier:
    """It works after all, for whoever has it."""
    found = _of(uow, customer_id, identifier_id)
    identifiers.reachable_again(uow, found.kind, found.value)
    return found


def end(uow: UnitOfWork, customer_id: int, identifier_id: int) -> Identifier:
    """It is theirs no longer, but was: it stays in view, and somebody else may get it."""
    found = _of(uow, customer_id, identifier_id)
    found.valid_to = uow.now
    uow.session.flush()
    audit.record(uow, "customer.address_ended", customer=customer_id, kind=found.kind, value=found.value)
    duplicates.soon(uow, customer_id)
    party_jobs.soon(uow, customer_id)
    return found


def remove(uow: UnitOfWork, customer_id: int, identifier_id: int) -> Identifier:
    """It was never theirs. Messages from there find this customer no longer; what was filed stays where it is."""
    found = _of(uow, customer_id, identifier_id, valid=False)
    uow.session.delete(found)
    uow.session.flush()
    audit.record(uow, "customer.address_removed", customer=customer_id, kind=found.kind, value=found.value)
    duplicates.soon(uow, customer_id)
    party_jobs.soon(uow, customer_id)
    return found


def remove_of(uow: UnitOfWork, kind: str, value: str, source: str) -> int:
    """Whose it is by this source alone has never had it; what somebody has made sure of since stays. How many had it."""
    found = [
        one
        for one in identifiers.valid(uow, kind, identifiers.normalised(kind, value))
        if one.source == source and one.verified_at is None
    ]
    for one in found:
        remove(uow, one.customer_id, one.id)
    return len(found)


def alone_again(uow: UnitOfWork, kind: str, value: str) -> None:
    """Where one customer is left who has it."""
    left = identifiers.valid(uow, kind, identifiers.normalised(kind, value))
    if len(left) == 1:
        keep_alone(uow, left[0].customer_id, left[0].id)


def has(look: UnitOfWork, customer_id: int, kind: str, value: str) -> bool:
    """Whether the customer has this address or number at present; Invalid if it is none of its kind."""
    known = identifiers.valid(look, kind, identifiers.normalised(kind, value))
    return any(one.customer_id == customer_id for one in known)


def of_value(look: UnitOfWork, customer_id: int, kind: str, value: str) -> int:
    """The id of this address or number; NotFound if the customer has it not, or no longer."""
    for one in identifiers.valid(look, kind, identifiers.normalised(kind, value)):
        if one.customer_id == customer_id:
            return one.id
    raise NotFound(
        f"Expected an address or number that customer {customer_id} has, but {value:.80} is none of theirs",
        de=f"{value:.80} ist keine Adresse oder Nummer dieses Kunden.",
    )


def _share(uow: UnitOfWork, kind: str, value: str) -> None:
    for one in identifiers.valid(uow, kind, value):
        if one.identifying:
            one.identifying = False
            audit.record(uow, "customer.address_shared", customer=one.customer_id, kind=kind, value=value)
    uow.session.flush()


def _of(uow: UnitOfWork, customer_id: int, identifier_id: int, *, valid: bool = True) -> Identifier:
    customer: Customer = customer_rows.locked(uow, customer_id)
    found = uow.session.get(Identifier, identifier_id, populate_existing=True)
    if found is None or found.customer_id != customer.id or (valid and found.valid_to is not None):
        raise Conflict(
            f"Expected an address that customer {customer_id} has, but {identifier_id} is none",
            de="Diese Adresse hat der Kunde nicht, oder nicht mehr.",
        )
    return found

"""Who of ours is who in an ERP, said by a person: link, unlink, and decide field by field where both have changed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, delete, select

from cpm.commands import audit, checks, customer_rows, party_jobs, taking
from cpm.connectors.erp.meeting import fields_of
from cpm.errors import Conflict, Forbidden, Invalid, NotFound
from cpm.model import Customer, ErpLink, ErpParty, LinkedKind, Role
from cpm.queries.erp_parties import mark
from cpm.queries.party import party
from cpm.uow import UnitOfWork

OURS, THEIRS = "ours", "theirs"
_LONGEST_KEY = 60
#: They know the customer. Operators do not; and a link that is undone is of consequence, so that it is not everybody's.
_MAY = frozenset({Role.AGENT, Role.SUPERVISOR})


def link(
    uow: UnitOfWork, customer_id: int, system: str, key: str, *, number: str | None = None, make: bool = False
) -> ErpLink:
    """They are the same; twice changes nothing. Conflict if either is linked otherwise. `make`: it is made there now."""
    _must_be_allowed(uow)
    customer = customer_rows.locked(uow, customer_id)
    key = checks.plain_text("key", key, longest=_LONGEST_KEY)
    known = uow.session.scalar(_of_key(system, key))
    if known is not None and known.customer_id == customer.id:
        return known
    if known is not None:
        raise Conflict(
            f"Expected {key} in {system} to be nobody's yet, but it is customer {known.customer_id}",
            de=f"{key} ist im ERP schon mit einem anderen Kunden verknüpft.",
        )
    if (other := uow.session.scalar(_of_customer(system, customer.id))) is not None:
        raise Conflict(
            f"Expected customer {customer.number} to be linked to nobody in {system}, but it is to {other.key}",
            de=f"Dieser Kunde ist schon mit {other.key} verknüpft; die Teamleitung kann das lösen.",
        )
    made = ErpLink(
        system=system,
        kind=LinkedKind.CUSTOMER,
        key=key,
        number=number,
        customer_id=customer.id,
        seen_at=uow.now,
    )
    uow.session.add(made)
    uow.session.flush()
    audit.record(uow, "customer.erp_linked", customer=customer.id, system=system, key=key)
    party_jobs.let_meet(uow, made, make=make)
    return made


def unlink(uow: UnitOfWork, customer_id: int, link_id: int, *, why: str) -> None:
    """They were not the same. Orders that were made stay where they are."""
    if Role.SUPERVISOR not in uow.user().roles:
        raise Forbidden(
            f"Expected a supervisor to unlink customers, but {uow.actor} is none",
            de="Eine Verknüpfung lösen darf nur die Teamleitung.",
        )
    customer = customer_rows.locked(uow, customer_id)
    why = checks.plain_text("why", why)
    found = uow.session.get(ErpLink, link_id, populate_existing=True)
    if found is None or found.customer_id != customer.id or found.kind != LinkedKind.CUSTOMER:
        raise NotFound(
            f"Expected customer {customer.number} to have link {link_id}, but there is none",
            de="Diese Verknüpfung gibt es nicht (mehr).",
        )
    uow.session.delete(found)
    both = ErpParty.system == found.system, ErpParty.customer_id == customer.id
    uow.session.execute(delete(ErpParty).where(*both))
    audit.record(
        uow, "customer.erp_unlinked", customer=customer.id, system=found.system, key=found.key, why=why
    )


def decide(
    uow: UnitOfWork, customer_id: int, system: str, chosen: Mapping[str, str], *, seen: str = ""
) -> Customer:
    """Whose value counts, by field: it is written on the other side. What is not chosen stays to be decided.

    `seen` is the `mark` of what somebody looked at; Conflict if either side has changed since.
    """
    _must_be_allowed(uow)
    customer = customer_rows.locked(uow, customer_id)
    row = uow.session.get(ErpParty, (system, customer.id), populate_existing=True)
    _must_be_as_seen(uow, customer, row, chosen, seen)
    assert row is not None, "it is as it was seen"
    theirs = {name: row.theirs[name] for name, whose in chosen.items() if whose == THEIRS}
    ours = [name for name in chosen if name not in theirs]
    taking.take(uow, customer, theirs)
    # what they have is what both last had: so ours, where it counts, is what changed since, and goes there
    row.common = {**row.common, **{name: row.theirs[name] for name in chosen}}
    row.theirs = {name: value for name, value in row.theirs.items() if name not in chosen}
    about = customer.id
    audit.record(
        uow,
        "customer.erp_decided",
        customer=about,
        system=system,
        ours=ours or None,
        theirs=[*theirs] or None,
    )
    party_jobs.soon(uow, customer.id)
    return customer


def _must_be_allowed(uow: UnitOfWork) -> None:
    if not _MAY.intersection(uow.user().roles):
        raise Forbidden(
            f"Expected an agent or supervisor to say who a customer is in the ERP, but {uow.actor} is neither",
            de="Das dürfen nur Sachbearbeitung und Teamleitung.",
        )


def _must_be_as_seen(
    uow: UnitOfWork, customer: Customer, row: ErpParty | None, chosen: Mapping[str, str], seen: str
) -> None:
    if row is None or set(chosen) - set(row.theirs) or (seen and seen != mark(_ours(uow, customer), row)):
        raise Conflict(
            "Expected both sides to be as you saw them, but one has changed meanwhile",
            de="Eine der beiden Seiten hat sich inzwischen geändert. Bitte noch einmal ansehen.",
        )
    wrong = [name for name, whose in chosen.items() if whose not in (OURS, THEIRS)]
    if wrong or not chosen:
        raise Invalid(
            "Expected ours or theirs for at least one field, but there is none",
            [(name, "must be ours or theirs") for name in wrong],
            de="Bitte mindestens ein Feld wählen.",
        )


def _ours(uow: UnitOfWork, customer: Customer) -> dict[str, Any]:
    return fields_of(party(uow, customer))


def _of_key(system: str, key: str) -> Select[ErpLink]:
    return select(ErpLink).where(
        ErpLink.system == system, ErpLink.kind == LinkedKind.CUSTOMER, ErpLink.key == key
    )


def _of_customer(system: str, customer_id: int) -> Select[ErpLink]:
    return select(ErpLink).where(
        ErpLink.system == system, ErpLink.kind == LinkedKind.CUSTOMER, ErpLink.customer_id == customer_id
    )

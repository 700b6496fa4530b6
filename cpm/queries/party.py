"""A customer as an ERP gets them: made from the rows, nothing asked twice."""

from sqlalchemy import select

from cpm.connectors.erp import Party, PostalAddress
from cpm.model import Address, Customer, CustomerKind, Identifier
from cpm.uow import UnitOfWork

_MAIN = "main"


def party(uow: UnitOfWork, customer: Customer, *, key: str = "") -> Party:
    """`key`: theirs, if it is not the customer's number. Of several addresses or numbers the one that is theirs alone, the oldest first."""
    known = _known(uow, customer)
    company = customer.kind == CustomerKind.COMPANY
    person = " ".join(part for part in (customer.first_name, customer.last_name) if part)
    return Party(
        key=key or customer.number,
        name=(customer.company_name or person) if company else (person or customer.name),
        company=company,
        addresses=addresses(uow, customer),
        email=known.get("email"),
        phone=known.get("phone"),
        vat_id=known.get("vat_id"),
        language=customer.language,
    )


def main_address(uow: UnitOfWork, customer: Customer) -> Address | None:
    """Where they are at home: the first that is called so, else the first."""
    rows = _rows(uow, customer)
    return rows[0] if rows else None


def letters_to(uow: UnitOfWork, customer: Customer) -> Address | None:
    """The same for who writes to them: what letters have come back from stands behind the others."""
    rows = sorted(_rows(uow, customer), key=lambda row: row.unreachable_at is not None)
    return rows[0] if rows else None


def current(uow: UnitOfWork, customer: Customer, kind: str) -> Identifier | None:
    """The one address or number of this kind that an ERP knows."""
    valid = select(Identifier).where(
        Identifier.customer_id == customer.id, Identifier.kind == kind, Identifier.valid_to.is_(None)
    )
    return uow.session.scalars(valid.order_by(Identifier.identifying.desc(), Identifier.id)).first()


def reached_by(uow: UnitOfWork, customer: Customer, kind: str) -> Identifier | None:
    """The same for who writes to them: what mail has come back from stands behind the others."""
    valid = select(Identifier).where(
        Identifier.customer_id == customer.id, Identifier.kind == kind, Identifier.valid_to.is_(None)
    )
    came_back = Identifier.unreachable_at.is_not(None)
    return uow.session.scalars(
        valid.order_by(came_back, Identifier.identifying.desc(), Identifier.id)
    ).first()


def _known(uow: UnitOfWork, customer: Customer) -> dict[str, str]:
    valid = select(Identifier.kind, Identifier.value).where(
        Identifier.customer_id == customer.id, Identifier.valid_to.is_(None)
    )
    found: dict[str, str] = {}
    for kind, value in uow.session.execute(valid.order_by(Identifier.identifying.desc(), Identifier.id)):
        found.setdefault(kind, value)
    return found


def addresses(uow: UnitOfWork, customer: Customer) -> tuple[PostalAddress, ...]:
    """The main one first."""
    return tuple(
        PostalAddress(
            "\n".join(part for part in (row.extra, row.street) if part), row.postcode, row.city, row.country
        )
        for row in _rows(uow, customer)
    )


def _rows(uow: UnitOfWork, customer: Customer) -> list[Address]:
    rows = uow.session.scalars(select(Address).where(Address.customer_id == customer.id).order_by(Address.id))
    return sorted(rows, key=lambda row: row.kind != _MAIN)

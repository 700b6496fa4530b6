"""Addresses and numbers by which customers are known: how they are kept, and whose they are."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from cpm import phone_numbers
from cpm.connectors.letters import BadAddress, checked_address
from cpm.errors import Conflict, Invalid
from cpm.model import Customer, Identifier
from cpm.uow import UnitOfWork

EMAIL, PHONE = "email", "phone"


class Known(Conflict):
    """An address belongs to a customer who is known already; `customers` are their ids."""

    def __init__(self, message: str, customers: Sequence[int], *, de: str) -> None:
        super().__init__(message, de=de)
        self.customers = tuple(customers)


def kept(*, email: str = "", phone: str = "") -> list[tuple[str, str]]:
    """The address and number as they are kept; Invalid if one is none. Empty ones are left out."""
    found = []
    if email.strip():
        found.append((EMAIL, _address(email)))
    if phone.strip():
        found.append((PHONE, phone_numbers.normalised(phone)))
    return found


def owner(uow: UnitOfWork, kind: str, value: str) -> Customer | None:
    known = (
        select(Customer)
        .join(Identifier, Identifier.customer_id == Customer.id)
        .where(Identifier.kind == kind, Identifier.value == value)
    )
    return uow.session.scalar(known)


def refuse_known(uow: UnitOfWork, addresses: Sequence[tuple[str, str]]) -> None:
    for kind, value in addresses:
        if (whose := owner(uow, kind, value)) is not None:
            raise Known(
                f"Expected {value} to be nobody's yet, but it belongs to {whose.name}",
                [whose.id],
                de=f"{value} gehört schon zu {whose.name}.",
            )


def claim(uow: UnitOfWork, customer: Customer, kind: str, value: str) -> bool:
    """True if it is theirs now; waits for another command that is just taking it."""
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"customer_id": customer.id, "kind": kind, "value": value}
    insert = dialect.insert(Identifier).values(row).on_conflict_do_nothing(index_elements=["kind", "value"])
    return uow.session.scalar(insert.returning(Identifier.id)) is not None


def _address(email: str) -> str:
    try:
        checked_address(email.strip())
    except BadAddress as error:
        german = "Das ist keine E-Mail-Adresse."
        raise Invalid(
            str(error), [("email", str(error))], de=german, problems_de=[("email", german)]
        ) from error
    return email.strip().lower()

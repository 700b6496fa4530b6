"""Find the customer behind an address, or make one."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from cpm.model import Customer, Identifier
from cpm.uow import UnitOfWork


def of_address(uow: UnitOfWork, address: str, *, name: str, language: str) -> Customer:
    """The one customer who writes from this e-mail address; a new one if nobody does yet."""
    known = (
        select(Customer)
        .join(Identifier, Identifier.customer_id == Customer.id)
        .where(Identifier.kind == "email", Identifier.value == address.lower())
    )
    if (found := uow.session.scalar(known)) is not None:
        return found
    first, _, last = name.strip().rpartition(" ")
    made = Customer(
        first_name=first[:80] or None, last_name=last[:80] or None, language=language, created_at=uow.now
    )
    uow.session.add(made)
    uow.session.flush()
    if _claim_address(uow, made, address.lower()):
        return made
    uow.session.delete(made)  # another command was faster with the same address
    uow.session.flush()
    return uow.session.scalars(known).one()


def _claim_address(uow: UnitOfWork, customer: Customer, address: str) -> bool:
    """True if the address is theirs now; waits for another command that is just taking it."""
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"customer_id": customer.id, "kind": "email", "value": address}
    insert = dialect.insert(Identifier).values(row).on_conflict_do_nothing(index_elements=["kind", "value"])
    return uow.session.scalar(insert.returning(Identifier.id)) is not None

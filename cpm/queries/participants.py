"""Who takes part in a customer's cases: the customer, the contact persons of a company, the companies of a person."""

from sqlalchemy import Select, literal, select, union_all

from cpm.model import Contact, Customer, Identifier
from cpm.uow import UnitOfWork

_WRITTEN_TO = ("email", "phone", "fax")


def addresses(uow: UnitOfWork, customer: Customer) -> set[str]:
    """The addresses and numbers, normalised, from which somebody who takes part may write or call at present.

    A company's contact persons take part in its cases, and a company takes part in those of its contact persons; other
    contact persons of that company do not.
    """
    values = select(Identifier.value).where(
        Identifier.customer_id.in_(_related(customer)),
        Identifier.kind.in_(_WRITTEN_TO),
        Identifier.valid_to.is_(None),
    )
    return set(uow.session.scalars(values))


def related(uow: UnitOfWork, customer: Customer) -> set[int]:
    """The ids of the customer, of their contact persons, and of the companies they speak for."""
    return set(uow.session.scalars(_related(customer)))


def _related(customer: Customer) -> Select[int]:
    persons = select(Contact.person_id).where(Contact.company_id == customer.id)
    companies = select(Contact.company_id).where(Contact.person_id == customer.id)
    found = union_all(select(literal(customer.id).label("id")), persons, companies).subquery()
    return select(found.c.id)

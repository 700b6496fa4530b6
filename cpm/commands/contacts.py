"""The persons who speak for a company; one of them gets its letters."""

from sqlalchemy import select, update

from cpm.commands import audit, checks, customer_rows
from cpm.errors import Conflict, Invalid, NotFound
from cpm.model import Contact, Customer, CustomerKind
from cpm.uow import UnitOfWork

_LONGEST = 120


def add(
    uow: UnitOfWork, company_id: int, person_id: int, *, function: str = "", mailing: bool = False
) -> Contact:
    """The first one of a company gets its letters; again for the same person changes function and mailing."""
    rows = {each: customer_rows.locked(uow, each) for each in sorted({company_id, person_id})}
    company, person = rows[company_id], rows[person_id]
    if company.kind != CustomerKind.COMPANY or person.kind != CustomerKind.PERSON:
        raise Invalid(
            f"Expected a company and a person, but {company.number} is a {company.kind} and {person.number} a {person.kind}",
            [("person_id", "must be a person, of a company")],
            problems_de=[("person_id", "Ansprechpartner sind Personen, und nur Firmen haben welche.")],
        )
    contact = _known(uow, company_id, person_id)
    if contact is None:
        contact = Contact(company_id=company_id, person_id=person_id, mailing=False, created_at=uow.now)
        uow.session.add(contact)
        uow.session.flush()
        audit.record(uow, "customer.contact_added", customer=company_id, person=person.name)
    _set_function(uow, contact, function)
    if mailing or _mailing(uow, company_id) is None:
        _mail_to(uow, contact)
    return contact


def change(uow: UnitOfWork, company_id: int, contact_id: int, *, function: str) -> Contact:
    contact = _of(uow, company_id, contact_id)
    _set_function(uow, contact, function)
    return contact


def mail_to(uow: UnitOfWork, company_id: int, contact_id: int) -> Contact:
    """The company's letters go to this one from now on, and to no other."""
    contact = _of(uow, company_id, contact_id)
    if not contact.mailing:
        _mail_to(uow, contact)
        audit.record(uow, "customer.mailing_contact", customer=company_id, person=_name(uow, contact))
    return contact


def remove(uow: UnitOfWork, company_id: int, contact_id: int) -> Contact:
    """They speak for it no longer; if they got its letters, who has been its contact longest does."""
    contact = _of(uow, company_id, contact_id)
    uow.session.delete(contact)
    uow.session.flush()
    audit.record(uow, "customer.contact_removed", customer=company_id, person=_name(uow, contact))
    eldest = select(Contact).where(Contact.company_id == company_id).order_by(Contact.id).limit(1)
    if contact.mailing and (heir := uow.session.scalar(eldest)) is not None:
        _mail_to(uow, heir)
    return contact


def of_person(uow: UnitOfWork, company_id: int, person_id: int) -> int:
    """The id of the contact between them; NotFound if there is none."""
    if (found := _known(uow, company_id, person_id)) is None:
        raise NotFound(
            f"Expected person {person_id} to speak for company {company_id}, but they do not",
            de="Diese Person ist kein Ansprechpartner der Firma.",
        )
    return found.id


def _set_function(uow: UnitOfWork, contact: Contact, function: str) -> None:
    before = contact.function
    contact.function = checks.plain_text("function", function, required=False, longest=_LONGEST) or None
    if contact.function != before:
        person, function = _name(uow, contact), contact.function or "\u2013"
        about = contact.company_id
        audit.record(uow, "customer.contact_function", customer=about, person=person, function=function)


def _mail_to(uow: UnitOfWork, contact: Contact) -> None:
    others = update(Contact).where(Contact.company_id == contact.company_id, Contact.id != contact.id)
    uow.session.execute(others.values(mailing=False))  # first: one of a company at a time
    contact.mailing = True
    uow.session.flush()


def _mailing(uow: UnitOfWork, company_id: int) -> int | None:
    return uow.session.scalar(select(Contact.id).where(Contact.company_id == company_id, Contact.mailing))


def _known(uow: UnitOfWork, company_id: int, person_id: int) -> Contact | None:
    pair = select(Contact).where(Contact.company_id == company_id, Contact.person_id == person_id)
    return uow.session.scalar(pair)


def _name(uow: UnitOfWork, contact: Contact) -> str:
    return uow.get(Customer, contact.person_id).name


def _of(uow: UnitOfWork, company_id: int, contact_id: int) -> Contact:
    customer_rows.locked(uow, company_id)
    contact = uow.session.get(Contact, contact_id, populate_existing=True)
    if contact is None or contact.company_id != company_id:
        raise Conflict(
            f"Expected a contact person of customer {company_id}, but {contact_id} is none",
            de="Diesen Ansprechpartner hat die Firma nicht, oder nicht mehr.",
        )
    return contact

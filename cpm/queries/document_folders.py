"""The files of a customer as a folder of the house: `K-000042-7 Sonnenschein AG/`, each name once."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from cpm.document_names import each_once, folder_name, with_ending
from cpm.document_settings import MEGABYTE
from cpm.errors import Invalid
from cpm.model import Content, Customer, Document, Identifier
from cpm.queries import customers, documents
from cpm.uow import UnitOfWork

CUSTOMER_NO = "customer_no"


@dataclass(frozen=True, slots=True)
class Filed:
    path: str  #: folder and name, with a slash; nothing in it leads elsewhere
    name: str
    document: Document


@dataclass(frozen=True, slots=True)
class Folder:
    name: str
    files: tuple[Filed, ...]


def of_customer(look: UnitOfWork, customer_id: int, *, api: bool = False) -> Folder:
    """As far as the reader may see."""
    customer = customers.must_see(look, customer_id, api=api)
    folder = named(look, customer)
    found = look.session.scalars(select(Document).where(_newest(look, customer_id, api=api)))
    held = sorted(found, key=lambda each: each.id)
    names = each_once(with_ending(each.name) for each in held)
    filed = [Filed(f"{folder}/{name}", name, each) for name, each in zip(names, held, strict=True)]
    return Folder(folder, tuple(sorted(filed, key=lambda each: each.name.casefold())))


def must_fit(look: UnitOfWork, customer_id: int, *, api: bool = False) -> None:
    """Invalid if all in the folder is more than one file should be."""
    query = select(func.sum(Content.size)).join(Document, Document.digest == Content.digest)
    limit = look.settings.documents.case_limit
    if (look.session.scalar(query.where(_newest(look, customer_id, api=api))) or 0) > limit:
        raise Invalid(
            f"Expected at most {limit // MEGABYTE} MB of files, but there are more",
            de=f"Es sind mehr als {limit // MEGABYTE} MB an Dateien.",
        )


def _newest(look: UnitOfWork, customer_id: int, *, api: bool) -> ColumnElement[bool]:
    of = documents.of_customers(look, customer_id, api=api)
    return of & Document.current & Document.removed_at.is_(None)


def named(look: UnitOfWork, customer: Customer) -> str:
    """By the ERP's number if there is one, else by ours."""
    number = select(Identifier.value).where(
        Identifier.customer_id == customer.id,
        Identifier.kind == CUSTOMER_NO,
        Identifier.valid_to.is_(None),
    )
    known = look.session.scalar(number.order_by(Identifier.id).limit(1))
    return folder_name(known or customer.number, filed_under(customer))


def filed_under(customer: Customer) -> str:
    """A company by its name, a person as `Beispiel, Mara`."""
    person = ", ".join(part for part in (customer.last_name, customer.first_name) if part)
    return customer.company_name or person or customer.number

"""Who speaks for the company whose case it is; the value is the person's customer number."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from cpm.forms.lookups import Found, Hit
from cpm.model import Case, Contact, Customer
from cpm.queries import access
from cpm.queries.lookups import customers
from cpm.queries.lookups.source import MOST, Asked
from cpm.uow import UnitOfWork


def find(look: UnitOfWork, asked: Asked) -> Found:
    sought = asked.words.casefold()
    found = [hit for hit in _of_case(look, asked) if sought in hit.text.casefold()]
    return Found(tuple(found[:MOST]))


def named(look: UnitOfWork, values: Collection[str], asked: Asked) -> Mapping[str, Hit]:
    return {hit.value: hit for hit in _of_case(look, asked) if hit.value in values}


def _of_case(look: UnitOfWork, asked: Asked) -> list[Hit]:
    """With the facts of customers, and `function`."""
    if asked.case_id is None or not access.reads_cases(look):
        return []
    query = (
        select(Customer, Contact.function)
        .join(Contact, Contact.person_id == Customer.id)
        .join(Case, Case.customer_id == Contact.company_id)
        .where(Case.id == asked.case_id, Customer.merged_into_id.is_(None))
        .order_by(Customer.last_name, Customer.first_name, Customer.id)
    )
    rows = look.session.execute(query).all()
    found = customers.hits(look, [person for person, _ in rows])
    return [
        Hit(hit.value, hit.label, {**hit.facts, "function": function})
        for hit, (_, function) in zip(found, rows, strict=True)
    ]

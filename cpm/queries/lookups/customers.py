"""Customers by name, address or number, for who sees customers; the value is the customer's number."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import select

from cpm import case_numbers
from cpm.errors import Invalid
from cpm.forms.lookups import Found, Hit
from cpm.model import Address, Customer, Identifier
from cpm.queries import access
from cpm.queries.lookups.source import MOST, Asked
from cpm.queries.search import sought_customers
from cpm.uow import UnitOfWork

_REACHED = ("email", "phone")


def find(look: UnitOfWork, asked: Asked) -> Found:
    if not access.reads_cases(look):
        return Found()
    query = sought_customers(look, asked.words).order_by(
        Customer.company_name, Customer.last_name, Customer.first_name, Customer.id
    )
    return Found(hits(look, look.session.scalars(query.limit(MOST)).all()))


def named(look: UnitOfWork, values: Collection[str], asked: Asked) -> Mapping[str, Hit]:  # noqa: ARG001 - every source is asked alike
    """Of a customer who was merged into another: the other."""
    ids = dict(_ids(values))
    if not ids or not access.reads_cases(look):
        return {}
    rows = _rows(look, set(ids.values()))
    rows |= _rows(look, {row.merged_into_id for row in rows.values() if row.merged_into_id is not None})
    meant = {value: rows[id_].merged_into_id or id_ for value, id_ in ids.items() if id_ in rows}
    there = sorted(set(meant.values()) & rows.keys())
    found = dict(zip(there, hits(look, [rows[id_] for id_ in there]), strict=True))
    return {value: found[id_] for value, id_ in meant.items() if id_ in found}


def _ids(values: Collection[str]) -> Iterator[tuple[str, int]]:
    for value in values:
        with suppress(Invalid):
            yield value, case_numbers.customer_id(value)


def _rows(look: UnitOfWork, ids: Collection[int]) -> dict[int, Customer]:
    if not ids:
        return {}
    return {row.id: row for row in look.session.scalars(select(Customer).where(Customer.id.in_(ids)))}


def hits(look: UnitOfWork, found: Sequence[Customer]) -> tuple[Hit, ...]:
    """With the facts `customer_id`, `name`, `kind`, `email`, `phone` and `city`."""
    ids = [customer.id for customer in found]
    if not ids:
        return ()
    reached = select(Identifier.customer_id, Identifier.kind, Identifier.value).where(
        Identifier.customer_id.in_(ids), Identifier.kind.in_(_REACHED), Identifier.valid_to.is_(None)
    )
    living = select(Address.customer_id, Address.city).where(Address.customer_id.in_(ids))
    facts: dict[int, dict[str, object]] = {each: {} for each in ids}
    for customer, kind, value in look.session.execute(reached.order_by(Identifier.id)):
        facts[customer].setdefault(kind, value)
    for customer, city in look.session.execute(living.order_by(Address.id)):
        facts[customer].setdefault("city", city)
    return tuple(_hit(customer, facts[customer.id]) for customer in found)


def _hit(customer: Customer, more: dict[str, object]) -> Hit:
    kind = customer.kind.value
    facts = {"customer_id": customer.id, "name": customer.name, "kind": kind, **more}
    return Hit(customer.number, customer.name, facts)

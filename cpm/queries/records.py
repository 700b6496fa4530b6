"""Customers as `cpm.identity` compares them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TypeVar

from sqlalchemy import select

from cpm.identity import Place, Record
from cpm.model import Address, Customer, CustomerKind, Identifier
from cpm.uow import UnitOfWork

T = TypeVar("T")
#: Ids or keys in one statement.
AT_ONCE = 500


def records(look: UnitOfWork, ids: Collection[int]) -> dict[int, Record]:
    """Of those that stand for themselves; three statements for some hundred."""
    found: dict[int, Record] = {}
    for some in portions(sorted(ids)):
        found.update(_records(look, some))
    return found


def portions(every: Iterable[T]) -> Iterator[Sequence[T]]:
    rest = iter(every)
    while some := tuple(islice(rest, AT_ONCE)):
        yield some


def _records(look: UnitOfWork, ids: Sequence[int]) -> Iterator[tuple[int, Record]]:
    known: dict[tuple[int, str], list[str]] = {}
    valid = select(Identifier.customer_id, Identifier.kind, Identifier.value)
    theirs = valid.where(Identifier.customer_id.in_(ids), Identifier.valid_to.is_(None))
    for of, kind, value in look.session.execute(theirs.order_by(Identifier.id)):
        known.setdefault((of, kind), []).append(value)
    places: dict[int, list[Place]] = {}
    at = select(Address.customer_id, Address.street, Address.postcode, Address.city)
    for of, street, postcode, city in look.session.execute(at.where(Address.customer_id.in_(ids))):
        places.setdefault(of, []).append(Place(street, postcode, city))
    columns = (Customer.kind, Customer.company_name, Customer.first_name, Customer.last_name)
    query = select(Customer.id, *columns, Customer.gender_address, Customer.born)
    standing = query.where(Customer.id.in_(ids), Customer.merged_into_id.is_(None))
    for key, kind, company, first, last, gender, born in look.session.execute(standing):
        yield (
            key,
            Record(
                company=kind == CustomerKind.COMPANY,
                company_name=company or "",
                first_name=first or "",
                last_name=last or "",
                gender=gender,
                born=born,
                places=tuple(places.get(key, ())),
                emails=tuple(known.get((key, "email"), ())),
                phones=tuple(chain(known.get((key, "phone"), ()), known.get((key, "fax"), ()))),
                vat_ids=tuple(known.get((key, "vat_id"), ())),
            ),
        )

"""By which keys customers are found: kept as their names, addresses and numbers change."""

from collections.abc import Collection, Mapping
from typing import cast

from sqlalchemy import Table, delete, insert, select

from cpm.identity import Keys, Record, keys_of
from cpm.model import IdentityKey
from cpm.queries.records import portions
from cpm.uow import UnitOfWork

_TABLE = cast("Table", IdentityKey.__table__)


def keep(uow: UnitOfWork, found: Mapping[int, Record], gone: Collection[int] = ()) -> None:
    """Make the keys of these customers equal to what is known of them; `gone` are no longer found."""
    wanted: dict[int, Keys] = {customer: keys_of(record) for customer, record in found.items()}
    wanted |= dict.fromkeys(gone, frozenset())
    present = _present(uow, wanted)
    made = [
        {"key": key, "customer_id": customer}
        for customer, keys in wanted.items()
        for key in sorted(keys - present.get(customer, set()))
    ]
    for customer, keys in present.items():
        if over := sorted(keys - wanted[customer]):
            uow.session.execute(
                delete(_TABLE).where(_TABLE.c.customer_id == customer, _TABLE.c.key.in_(over))
            )
    if made:
        uow.session.execute(insert(_TABLE), made)


def first(uow: UnitOfWork, customer: int, record: Record) -> None:
    """The keys of a customer who has just been made."""
    if made := [{"key": key, "customer_id": customer} for key in sorted(keys_of(record))]:
        uow.session.execute(insert(_TABLE), made)


def _present(uow: UnitOfWork, customers: Collection[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for some in portions(sorted(customers)):
        rows = select(_TABLE.c.customer_id, _TABLE.c.key).where(_TABLE.c.customer_id.in_(some))
        for customer, key in uow.session.execute(rows):
            found.setdefault(customer, set()).add(key)
    return found

"""What belongs to a customer, in whichever table: all columns that refer to one, and what cannot go to another.

A merge moves rows by these; a test holds that no column is forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    String,
    Table,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import cast as as_type

from cpm.model import (
    Address,
    Base,
    Case,
    Consent,
    Contact,
    CustomerNote,
    CustomerTerm,
    CustomerValue,
    Document,
    ErpLink,
    ErpParty,
    Identifier,
    MergedRow,
    Message,
    Talk,
)

#: Whether a row cannot go to this customer, because they have such a one already.
_Stays = Callable[[Table, int], ColumnElement[bool]]
#: What refers to customers and is no belonging: who stands for whom, and what this part of the program keeps itself.
NONE = frozenset(
    {
        "customers.merged_into_id",
        "identity_keys.customer_id",
        "duplicates.one_id",
        "duplicates.other_id",
        "merges.survivor_id",
        "merges.merged_id",
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """A column with customers in it."""

    noun: type[Base]
    column: str
    key: tuple[str, ...] = ("id",)  #: by which columns a row is told from others
    stays: _Stays = lambda _table, _to: false()

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column}"

    @property
    def table(self) -> Table:
        return cast("Table", self.noun.__table__)

    @property
    def owner(self) -> Column[int]:
        return self.table.c[self.column]

    @property
    def row(self) -> ColumnElement[str]:
        """The row's key as text."""
        found: ColumnElement[str] = as_type(self.table.c[self.key[0]], String)
        for column in self.key[1:]:
            found = found + "|" + as_type(self.table.c[column], String)
        return found

    def moving(self, customer: int, to: int) -> ColumnElement[bool]:
        return and_(self.owner == customer, ~self.stays(self.table, to))

    def moved(self, merge: int) -> ColumnElement[bool]:
        """Rows that went over with this merge, wherever they are now."""
        return self.row.in_(
            select(MergedRow.row).where(MergedRow.merge_id == merge, MergedRow.place == self.name)
        )


def _same(*columns: str, owner: str = "customer_id", valid: str = "") -> _Stays:
    """The other customer has a row with the same in these columns."""

    def stays(table: Table, to: int) -> ColumnElement[bool]:
        theirs = table.alias()
        there = [theirs.c[owner] == to, *(theirs.c[name] == table.c[name] for name in columns)]
        if valid:
            there += [theirs.c[valid].is_(None), table.c[valid].is_(None)]
        return exists().where(*there).correlate(table)

    return stays


def _contact(mine: str, other: str) -> _Stays:
    """They know each other already, or would be their own contact."""
    known = _same(other, owner=mine)
    return lambda table, to: or_(known(table, to), table.c[other] == to)


PLACES: tuple[Place, ...] = (
    Place(Case, "customer_id"),
    Place(Identifier, "customer_id", stays=_same("kind", "value", valid="valid_to")),
    Place(Contact, "company_id", stays=_contact("company_id", "person_id")),
    Place(Contact, "person_id", stays=_contact("person_id", "company_id")),
    Place(Address, "customer_id", stays=_same("kind", "street", "postcode", "city", "country")),
    Place(Consent, "customer_id"),
    Place(CustomerNote, "customer_id"),
    Place(CustomerTerm, "customer_id", ("kind", "key"), stays=_same("kind", "key")),
    Place(CustomerValue, "customer_id", ("key",), stays=_same("key")),
    Place(Document, "customer_id"),
    Place(Message, "customer_id"),
    Place(Talk, "customer_id"),
    Place(ErpLink, "customer_id"),
    Place(ErpParty, "customer_id", ("system",), stays=_same("system")),
)
BY_NAME: Mapping[str, Place] = {place.name: place for place in PLACES}


def counts(customer: int, to: int) -> Select[Any]:
    """For each place, in one statement: how many rows would go, and how many stay because the other has them."""
    columns: list[ColumnElement[Any]] = []
    for place in PLACES:
        some = select(func.count()).select_from(place.table)
        columns.append(some.where(place.moving(customer, to)).scalar_subquery().label(f"{place.name} goes"))
        columns.append(some.where(place.owner == customer).scalar_subquery().label(f"{place.name} all"))
    return select(*columns)


def going_back(merge: int, survivor: int) -> Select[Any]:
    """For each place, in one statement: how many rows are still there to go back, and how many went over once."""
    columns: list[ColumnElement[Any]] = []
    for place in PLACES:
        back = select(func.count()).select_from(place.table)
        here = back.where(place.owner == survivor, place.moved(merge))
        once = select(func.count()).where(MergedRow.merge_id == merge, MergedRow.place == literal(place.name))
        columns += [
            here.scalar_subquery().label(f"{place.name} goes"),
            once.scalar_subquery().label(f"{place.name} all"),
        ]
    return select(*columns)

"""Before two customers become one: both side by side, what goes over, what the survivor takes, and what changes by it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cpm import values
from cpm.errors import Conflict, Invalid
from cpm.model import Address, Consent, Customer, CustomerAttribute, CustomerValue, Identifier
from cpm.queries import belongings
from cpm.uow import UnitOfWork

#: What is known of every customer once, so that one of two has to be chosen.
FIELDS = (
    "kind",
    "company_name",
    "gender_address",
    "title",
    "first_name",
    "last_name",
    "born",
    "language",
    "status",
    "key_account",
    "lead_source",
)
#: How the free attributes of an installation are called among the fields.
ATTRIBUTE = "attribute:"
_EMPTY = (None, "", "unknown")


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    survivor: Any
    merged: Any
    name_de: str = ""  #: of a free attribute
    name_en: str = ""

    @property
    def differs(self) -> bool:
        return bool(self.survivor != self.merged)

    @property
    def usual(self) -> str:
        """Which is taken if nobody chooses: the survivor's, unless it says nothing."""
        return "merged" if self.survivor in _EMPTY and self.merged not in _EMPTY else "survivor"


@dataclass(frozen=True, slots=True)
class Moving:
    place: str  #: as in `belongings`
    goes: int
    stays: int  #: the survivor has the same already


@dataclass(frozen=True, slots=True)
class Side:
    id: int
    number: str
    name: str
    kind: str
    since: datetime
    identifiers: tuple[tuple[str, str], ...]  #: kind, value; the valid ones
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    survivor: Side
    merged: Side
    fields: tuple[Field, ...]
    moving: tuple[Moving, ...]  #: where anything goes or stays
    withdrawn: tuple[
        tuple[str, str], ...
    ]  #: channel and purpose of consents of which the stricter word counts
    seen: str  #: what stands here in short: hand it to `merge`, which refuses if it is no longer so


def preview(look: UnitOfWork, survivor_id: int, merged_id: int) -> Preview:
    survivor, merged = both(look, survivor_id, merged_id)
    fields = (*_fields(survivor, merged), *_attributes(look, survivor, merged))
    sides = _side(look, survivor), _side(look, merged)
    withdrawn = stricter(look, survivor.id, merged.id)
    return Preview(
        *sides, fields, _moving(look, merged, survivor), withdrawn, _seen(sides, fields, withdrawn)
    )


def both(look: UnitOfWork, survivor_id: int, merged_id: int) -> tuple[Customer, Customer]:
    """Two customers who each stand for themselves; Conflict or Invalid otherwise."""
    survivor, merged = look.get(Customer, survivor_id), look.get(Customer, merged_id)
    if survivor.id == merged.id:
        raise Invalid(
            f"Expected two customers to merge, but both are {survivor.number}",
            de="Das ist zweimal derselbe Kunde.",
        )
    for each in (survivor, merged):
        if each.merged_into_id is not None:
            into = look.get(Customer, each.merged_into_id)
            raise Conflict(
                f"Expected customer {each.number} to stand for itself, but it was merged into {into.number} {into.name}",
                de=f"{each.number} ist schon mit {into.number} {into.name} zusammengeführt.",
            )
    return survivor, merged


def stricter(look: UnitOfWork, survivor_id: int, merged_id: int) -> tuple[tuple[str, str], ...]:
    """Where one has withdrawn and the other, later, consented: the withdrawal is to count for both."""
    said = select(Consent).where(Consent.customer_id.in_((survivor_id, merged_id)))
    latest: dict[tuple[str, str], dict[int, Consent]] = {}
    for word in look.session.scalars(said.order_by(Consent.at, Consent.id)):
        latest.setdefault((word.channel, word.purpose), {})[word.customer_id] = word
    return tuple(
        sorted(
            about
            for about, words in latest.items()
            if any(not word.given for word in words.values())
            and max(words.values(), key=lambda word: (word.at, word.id)).given
        )
    )


def _fields(survivor: Customer, merged: Customer) -> Sequence[Field]:
    return [Field(name, getattr(survivor, name), getattr(merged, name)) for name in FIELDS]


def _attributes(look: UnitOfWork, survivor: Customer, merged: Customer) -> Sequence[Field]:
    """Only those that both have: what one alone has goes over, or stays, without a question."""
    query = select(CustomerValue).where(CustomerValue.customer_id.in_((survivor.id, merged.id)))
    found: dict[str, dict[int, Any]] = {}
    for value in look.session.scalars(query.order_by(CustomerValue.key)):
        found.setdefault(value.key, {})[value.customer_id] = value.value
    shared = {key: of for key, of in found.items() if len(of) == 2}
    named = select(CustomerAttribute).where(CustomerAttribute.key.in_(shared))
    names = {one.key: one for one in look.session.scalars(named)} if shared else {}
    return [
        Field(ATTRIBUTE + key, of[survivor.id], of[merged.id], names[key].name_de, names[key].name_en)
        for key, of in shared.items()
    ]


def _moving(look: UnitOfWork, merged: Customer, survivor: Customer) -> tuple[Moving, ...]:
    row = dict(look.session.execute(belongings.counts(merged.id, survivor.id)).mappings().one())
    return moving(row)


def moving(row: Mapping[str, int]) -> tuple[Moving, ...]:
    """From a row of `belongings.counts` or `going_back`."""
    found = (
        Moving(place.name, row[f"{place.name} goes"], row[f"{place.name} all"] - row[f"{place.name} goes"])
        for place in belongings.PLACES
    )
    return tuple(each for each in found if each.goes or each.stays)


def _side(look: UnitOfWork, customer: Customer) -> Side:
    known = select(Identifier).where(Identifier.customer_id == customer.id, Identifier.valid_to.is_(None))
    places = select(Address).where(Address.customer_id == customer.id).order_by(Address.id)
    return Side(
        customer.id,
        customer.number,
        customer.name,
        customer.kind.value,
        customer.created_at,
        tuple((one.kind, one.value) for one in look.session.scalars(known.order_by(Identifier.id))),
        tuple(f"{at.street}, {at.postcode} {at.city}" for at in look.session.scalars(places)),
    )


def _seen(sides: Sequence[Side], fields: Sequence[Field], withdrawn: Sequence[tuple[str, str]]) -> str:
    """Of all that somebody decides by. New cases and messages do not matter to whether two are one."""
    told = [
        [[side.id, list(map(list, side.identifiers)), list(side.addresses)] for side in sides],
        [[field.key, str(field.survivor), str(field.merged)] for field in fields],
        list(map(list, withdrawn)),
    ]
    return hashlib.sha256(values.dumps(told).encode()).hexdigest()[:32]

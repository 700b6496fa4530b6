"""Where letters and goods for a customer go."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from cpm import countries
from cpm.commands import audit, checks, customer_rows, duplicates, party_jobs
from cpm.errors import Conflict, Invalid, NotFound
from cpm.model import Address
from cpm.uow import UnitOfWork

KINDS = ("main", "billing", "delivery", "private")
_LONGEST, _LONGEST_WHY = 120, 500
_GERMAN_POSTCODE = 5  #: digits


@dataclass(frozen=True, slots=True)
class Postal:
    """What a person says of an address; the country by its code or name."""

    street: str
    postcode: str
    city: str
    country: str = countries.HOME
    kind: str = "main"
    extra: str = ""


def add(uow: UnitOfWork, customer_id: int, given: Postal) -> Address:
    """The same again changes nothing."""
    customer = customer_rows.locked(uow, customer_id)
    clean = _checked(given)
    same = select(Address).where(Address.customer_id == customer.id)
    for known in uow.session.scalars(same.order_by(Address.id)):
        if all(getattr(known, name) == value for name, value in clean.items()):
            return known
    address = Address(customer_id=customer.id, created_at=uow.now, **clean)
    uow.session.add(address)
    uow.session.flush()
    audit.record(uow, "customer.postal_added", customer=customer.id, address=_line(address))
    _as_its_place(uow, address)
    duplicates.soon(uow, customer.id)
    party_jobs.soon(uow, customer.id)
    return address


def change(uow: UnitOfWork, customer_id: int, address_id: int, given: Postal) -> Address:
    """Somewhere else letters may arrive: it is marked as unreachable no longer, unless that place is."""
    address = _of(uow, customer_id, address_id)
    before, clean = _line(address), _checked(given)
    there, marked = _place(address), address.unreachable_at is not None
    for name, value in clean.items():
        setattr(address, name, value)
    if there != _place(address):
        address.unreachable_at = address.unreachable_why = None
        _as_its_place(uow, address)
        if marked and address.unreachable_at is None:
            audit.record(uow, "customer.reachable", customer=customer_id, value=_line(address))
    if before != _line(address):
        after = _line(address)
        audit.record(uow, "customer.postal_changed", customer=customer_id, before=before, address=after)
        duplicates.soon(uow, customer_id)
        party_jobs.soon(uow, customer_id)
    return address


def unreachable(uow: UnitOfWork, customer_id: int, address_id: int, why: str) -> Address:
    """Letters come back from there, whatever else that place is to the customer. What is marked already keeps its moment and reason."""
    address, why = _of(uow, customer_id, address_id), checks.plain_text("why", why, longest=_LONGEST_WHY)
    for one in _at(uow, address):
        if one.unreachable_at is None:
            _mark(uow, one, uow.now, why)
    return address


def reachable_again(uow: UnitOfWork, customer_id: int, address_id: int) -> Address:
    """Letters arrive after all at that place."""
    address = _of(uow, customer_id, address_id)
    for one in _at(uow, address):
        if one.unreachable_at is not None:
            one.unreachable_at = one.unreachable_why = None
            audit.record(uow, "customer.reachable", customer=customer_id, value=_line(one))
    return address


def marks_meet(uow: UnitOfWork, survivor_id: int, merged_id: int) -> list[int]:
    """Two customers become one: from where one's letters came back, so do the other's. The ids of what is marked by that."""
    both = select(Address).where(Address.customer_id.in_((survivor_id, merged_id))).order_by(Address.id)
    rows = uow.session.scalars(both).all()
    dead = {_place(one): one for one in rows if one.unreachable_at is not None}
    found = [one for one in rows if one.unreachable_at is None and _place(one) in dead]
    for one in found:
        known = dead[_place(one)]
        _mark(uow, one, known.unreachable_at, known.unreachable_why)
    uow.session.flush()
    return [one.id for one in found]


def of_street(look: UnitOfWork, customer_id: int, street: str) -> int:
    """The id of one in this street; NotFound if the customer has none such, Conflict if there are two such places."""
    wanted = _plain(street)
    theirs = select(Address).where(Address.customer_id == customer_id).order_by(Address.id.desc())
    found = {_place(one): one.id for one in look.session.scalars(theirs) if _plain(one.street) == wanted}
    if not found:
        raise NotFound(
            f"Expected the street and number of an address of customer {customer_id}, but {street:.80} is none of theirs",
            de=f"{street:.80} ist keine Anschrift dieses Kunden; bitte Straße und Hausnummer wie dort angeben.",
        )
    if len(found) > 1:
        raise Conflict(
            f"Expected one address of customer {customer_id} in {street:.80}, but there are {len(found)}: use their page",
            de=f"Der Kunde hat {len(found)} Anschriften „{street:.80}“; bitte auf seiner Seite vermerken.",
        )
    return next(iter(found.values()))


def remove(uow: UnitOfWork, customer_id: int, address_id: int) -> Address:
    address = _of(uow, customer_id, address_id)
    uow.session.delete(address)
    audit.record(uow, "customer.postal_removed", customer=customer_id, address=_line(address))
    duplicates.soon(uow, customer_id)
    party_jobs.soon(uow, customer_id)
    return address


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _place(address: Address) -> tuple[str, ...]:
    """The same for one house, whatever it is to the customer and however it is written."""
    return tuple(map(_plain, (address.street, address.postcode, address.city, address.country)))


def _at(uow: UnitOfWork, address: Address) -> list[Address]:
    """Those of the same customer at the same place, itself too."""
    theirs = select(Address).where(Address.customer_id == address.customer_id).order_by(Address.id)
    return [one for one in uow.session.scalars(theirs) if _place(one) == _place(address)]


def _as_its_place(uow: UnitOfWork, address: Address) -> None:
    """From a place that is marked letters come back for this one, too."""
    marked = (one for one in _at(uow, address) if one.unreachable_at is not None)
    if (known := next(marked, None)) is not None:
        _mark(uow, address, known.unreachable_at, known.unreachable_why)


def _mark(uow: UnitOfWork, address: Address, since: datetime | None, why: str | None) -> None:
    address.unreachable_at, address.unreachable_why = since, why
    audit.record(uow, "customer.unreachable", customer=address.customer_id, value=_line(address), why=why)


def _checked(given: Postal) -> dict[str, str | None]:
    """As columns."""
    checks.one_of("address_kind", given.kind, KINDS)
    country = countries.code_of(given.country or countries.HOME)
    if country is None:
        raise Invalid(
            f"Expected a country by its code or name, like DE or Germany, but got {given.country!r:.60}",
            [("country", "is no country")],
            problems_de=[("country", "Dieses Land gibt es nicht; bitte Name oder Kürzel, etwa AT.")],
        )
    texts: dict[str, str | None] = {
        name: checks.plain_text(name, value, required=name in ("street", "city"), longest=_LONGEST)
        for name, value in asdict(given).items()
        if name in ("street", "postcode", "city", "extra")
    }
    postcode = texts["postcode"] or ""
    if country == countries.HOME and not (len(postcode) == _GERMAN_POSTCODE and postcode.isdecimal()):
        raise Invalid(
            f"Expected a postcode of five digits for an address in Germany, but got {postcode!r:.20}",
            [("postcode", "must have five digits")],
            problems_de=[("postcode", "Eine Postleitzahl in Deutschland hat fünf Ziffern.")],
        )
    return {**texts, "extra": texts["extra"] or None, "kind": given.kind, "country": country}


def _line(address: Address) -> str:
    parts = (address.extra, address.street, f"{address.postcode} {address.city}".strip(), address.country)
    return f"{address.kind}: " + ", ".join(part for part in parts if part)


def _of(uow: UnitOfWork, customer_id: int, address_id: int) -> Address:
    customer_rows.locked(uow, customer_id)
    address = uow.session.get(Address, address_id, populate_existing=True)
    if address is None or address.customer_id != customer_id:
        raise Conflict(
            f"Expected an address of customer {customer_id}, but {address_id} is none",
            de="Diese Anschrift hat der Kunde nicht, oder nicht mehr.",
        )
    return address

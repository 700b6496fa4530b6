"""Where letters and goods for a customer go."""

from dataclasses import asdict, dataclass

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
    duplicates.soon(uow, customer.id)
    party_jobs.soon(uow, customer.id)
    return address


def change(uow: UnitOfWork, customer_id: int, address_id: int, given: Postal) -> Address:
    """Somewhere else letters may arrive: it is marked as unreachable no longer."""
    address = _of(uow, customer_id, address_id)
    before, clean = _line(address), _checked(given)
    if any(getattr(address, name) != clean[name] for name in clean.keys() - {"kind"}):
        address.unreachable_at = address.unreachable_why = None
    for name, value in clean.items():
        setattr(address, name, value)
    if before != _line(address):
        after = _line(address)
        audit.record(uow, "customer.postal_changed", customer=customer_id, before=before, address=after)
        duplicates.soon(uow, customer_id)
        party_jobs.soon(uow, customer_id)
    return address


def unreachable(uow: UnitOfWork, customer_id: int, address_id: int, why: str) -> Address:
    """Letters come back from there. What is marked already keeps its moment and reason."""
    address, why = _of(uow, customer_id, address_id), checks.plain_text("why", why, longest=_LONGEST_WHY)
    if address.unreachable_at is None:
        address.unreachable_at, address.unreachable_why = uow.now, why
        audit.record(uow, "customer.unreachable", customer=customer_id, value=_line(address), why=why)
    return address


def reachable_again(uow: UnitOfWork, customer_id: int, address_id: int) -> Address:
    """Letters arrive after all."""
    address = _of(uow, customer_id, address_id)
    if address.unreachable_at is not None:
        address.unreachable_at = address.unreachable_why = None
        audit.record(uow, "customer.reachable", customer=customer_id, value=_line(address))
    return address


def of_street(look: UnitOfWork, customer_id: int, street: str) -> int:
    """The id of the one in this street; NotFound if the customer has none such, Conflict if there are two."""
    wanted = " ".join(street.casefold().split())
    theirs = look.session.scalars(select(Address).where(Address.customer_id == customer_id)).all()
    found = [one.id for one in theirs if " ".join(one.street.casefold().split()) == wanted]
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
    return found[0]


def remove(uow: UnitOfWork, customer_id: int, address_id: int) -> Address:
    address = _of(uow, customer_id, address_id)
    uow.session.delete(address)
    audit.record(uow, "customer.postal_removed", customer=customer_id, address=_line(address))
    duplicates.soon(uow, customer_id)
    party_jobs.soon(uow, customer_id)
    return address


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

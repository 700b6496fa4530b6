"""Take over what an ERP has of a customer: each field by the command that a person would use."""

from collections.abc import Callable, Mapping
from typing import Any

from cpm.commands import addresses, customers, identifier_facts, identifiers
from cpm.commands.addresses import Postal
from cpm.connectors.erp.meeting import FIELDS
from cpm.errors import CpmError, Invalid
from cpm.model import Customer, CustomerKind
from cpm.queries.party import current, main_address
from cpm.uow import UnitOfWork

SOURCE = "ERP"


def take_by_itself(uow: UnitOfWork, customer: Customer, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What could not be taken, and why a person has to decide it: it does not fit here, or is another customer's."""
    left = {}
    for name, value in _in_order(fields):
        try:
            with uow.session.begin_nested():
                _TAKE[name](uow, customer, value)
        except CpmError:
            left[name] = value
    return left


def take(uow: UnitOfWork, customer: Customer, fields: Mapping[str, Any]) -> None:
    """Because somebody says so; CpmError as the commands that change these fields."""
    for name, value in _in_order(fields):
        _TAKE[name](uow, customer, value)


def _in_order(fields: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(name, fields[name]) for name in FIELDS if name in fields]


def _name(uow: UnitOfWork, customer: Customer, value: Any) -> None:
    written = str(value or "")
    if customer.kind == CustomerKind.COMPANY:
        customers.change(uow, customer.id, {"company_name": written})
        return
    if customer.title and written.startswith(f"{customer.title} "):
        written = written.removeprefix(f"{customer.title} ")
    first, _, last = written.strip().rpartition(" ")
    customers.change(uow, customer.id, {"first_name": first, "last_name": last})


def _language(uow: UnitOfWork, customer: Customer, value: Any) -> None:
    """One that we do not write in changes nothing."""
    if value in customers.LANGUAGES:
        customers.change(uow, customer.id, {"language": value})


def _known_by(kind: str) -> Callable[[UnitOfWork, Customer, Any], None]:
    def take_one(uow: UnitOfWork, customer: Customer, value: Any) -> None:
        before = current(uow, customer, kind)
        if value:
            identifier_facts.add(uow, customer.id, kind, str(value), source=SOURCE)
        if before is not None and before.value != (value and identifiers.normalised(kind, str(value))):
            identifier_facts.end(uow, customer.id, before.id)

    return take_one


def _address(uow: UnitOfWork, customer: Customer, value: Any) -> None:
    main = main_address(uow, customer)
    if not value:
        if main is not None:
            addresses.remove(uow, customer.id, main.id)
        return
    street, postcode, city, country = (str(part or "") for part in value)
    *extra, last = street.splitlines() or [""]
    given = Postal(last, postcode, city, country, main.kind if main else "main", ", ".join(extra))
    if not last:
        raise Invalid(
            "Expected an address with a street, but it has none", de="Der Anschrift fehlt die Straße."
        )
    if main is None:
        addresses.add(uow, customer.id, given)
    else:
        addresses.change(uow, customer.id, main.id, given)


_TAKE: Mapping[str, Callable[[UnitOfWork, Customer, Any], None]] = {
    "name": _name,
    "language": _language,
    "vat_id": _known_by(identifiers.VAT_ID),
    "email": _known_by(identifiers.EMAIL),
    "phone": _known_by(identifiers.PHONE),
    "address": _address,
}

"""Addresses and numbers by which customers are known: how they are kept, and whose they are."""

import re
from collections.abc import Sequence
from functools import partial

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cpm import phone_numbers
from cpm.commands import audit, checks
from cpm.connectors.letters import BadAddress, checked_address
from cpm.errors import Conflict, Invalid
from cpm.mail_addresses import lowered
from cpm.model import Customer, Identifier
from cpm.model.identifier import UNKNOWN
from cpm.queries.survivors import survivor
from cpm.uow import UnitOfWork

EMAIL, PHONE, FAX, CUSTOMER_NO, VAT_ID, HANDLE = "email", "phone", "fax", "customer_no", "vat_id", "handle"
KINDS = (EMAIL, PHONE, FAX, CUSTOMER_NO, VAT_ID, HANDLE)
_LONGEST = 200  #: characters of a number or handle
_GERMAN_VAT_ID = 9  #: digits
_VAT_ID = re.compile(
    r"[A-Z]{2}[0-9A-Z+*]{2,12}"
)  # Council Directive 2006/112/EC, art. 215; lengths by country


class Known(Conflict):
    """An address belongs to a customer who is known already; `customers` are their ids."""

    def __init__(self, message: str, customers: Sequence[int], *, de: str) -> None:
        super().__init__(message, de=de)
        self.customers = tuple(customers)


def kept(*, email: str = "", phone: str = "") -> list[tuple[str, str]]:
    """The address and number as they are kept; Invalid names each that is none. Empty ones are left out."""
    given = [(kind, value) for kind, value in ((EMAIL, email), (PHONE, phone)) if value.strip()]
    checks.together(*(partial(normalised, kind, value) for kind, value in given))
    return [(kind, normalised(kind, value)) for kind, value in given]


def normalised(kind: str, value: str) -> str:
    """As it is kept and compared; Invalid if it is none of its kind."""
    value = checks.plain_text(kind, value)
    match kind:
        case "email":
            return _address(value)
        case "phone" | "fax":
            return phone_numbers.normalised(value)
        case "vat_id":
            return _vat_id(value)
        case "customer_no" | "handle":
            value = " ".join(checks.plain_text(kind, value, longest=_LONGEST).split())
            return value.upper() if kind == CUSTOMER_NO else value.lower()
    raise Invalid(
        f"Expected an identifier of a kind that is known, {', '.join(KINDS)}, but it is {kind!r:.40}",
        [("kind", f"must be one of {', '.join(KINDS)}")],
        problems_de=[("kind", "Bitte eine der Möglichkeiten wählen.")],
    )


def owner(uow: UnitOfWork, kind: str, value: str) -> Customer | None:
    """Whose it is, and nobody else's: by an identifying one that is valid. Who was merged is found as who stands for them."""
    known = select(Customer).join(Identifier, Identifier.customer_id == Customer.id)
    found = uow.session.scalar(known.where(_is(kind, value), Identifier.identifying))
    return found and survivor(uow, found)


def holders(uow: UnitOfWork, kind: str, value: str) -> Sequence[Customer]:
    """All who have it at present, alone or with others, who was known first first."""
    having = select(Customer).join(Identifier, Identifier.customer_id == Customer.id).where(_is(kind, value))
    standing = (survivor(uow, found) for found in uow.session.scalars(having.order_by(Customer.id)).all())
    return tuple({customer.id: customer for customer in standing}.values())


def valid(uow: UnitOfWork, kind: str, value: str) -> Sequence[Identifier]:
    """Every present row of this address, one for each who has it."""
    return uow.session.scalars(select(Identifier).where(_is(kind, value)).order_by(Identifier.id)).all()


def refuse_known(
    uow: UnitOfWork, addresses: Sequence[tuple[str, str]], *, but: Customer | None = None
) -> None:
    for kind, value in addresses:
        if (whose := owner(uow, kind, value)) is not None and whose is not but:
            raise Known(
                f"Expected {value} to be nobody's yet, but it belongs to {whose.name}",
                [whose.id],
                de=f"{value} gehört schon zu {whose.name}.",
            )


def claim(
    uow: UnitOfWork,
    customer: Customer,
    kind: str,
    value: str,
    *,
    identifying: bool = True,
    source: str = UNKNOWN,
) -> bool:
    """True if it is theirs now; waits for another command that is just taking it.

    One that several have already is not identifying for them either.
    """
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"customer_id": customer.id, "kind": kind, "value": value, "source": source}
    insert = dialect.insert(Identifier).values({**row, "identifying": identifying, "valid_from": uow.now})
    made = uow.session.scalar(insert.on_conflict_do_nothing().returning(Identifier.id))
    if made is None:
        return False
    if identifying and len(valid(uow, kind, value)) > 1:  # asked afterwards: somebody may just have shared it
        uow.session.execute(update(Identifier).where(Identifier.id == made).values(identifying=False))
    return True


def mark_unreachable(uow: UnitOfWork, kind: str, value: str, why: str) -> Sequence[Identifier]:
    """Nothing arrives there any more: whoever has it. Those marked before keep their moment and reason."""
    found = [one for one in valid(uow, kind, value) if one.unreachable_at is None]
    for one in found:
        one.unreachable_at, one.unreachable_why = uow.now, checks.plain_text("reason", why[:500])
        audit.record(uow, "customer.unreachable", customer=one.customer_id, kind=kind, value=value, why=why)
    uow.session.flush()
    return found


def reachable_again(uow: UnitOfWork, kind: str, value: str) -> Sequence[Identifier]:
    """It works after all, or again."""
    found = [one for one in valid(uow, kind, value) if one.unreachable_at is not None]
    for one in found:
        one.unreachable_at = one.unreachable_why = None
        audit.record(uow, "customer.reachable", customer=one.customer_id, kind=kind, value=value)
    return found


def _is(kind: str, value: str) -> ColumnElement[bool]:
    return and_(Identifier.kind == kind, Identifier.value == value, Identifier.valid_to.is_(None))


def _address(email: str) -> str:
    try:
        checked_address(email)
    except BadAddress as error:
        german = "Bitte eine E-Mail-Adresse wie name@example.com angeben."
        raise Invalid(
            str(error), [("email", str(error))], de=german, problems_de=[("email", german)]
        ) from error
    return lowered(email)


def _vat_id(written: str) -> str:
    value = re.sub(r"[\s.-]", "", written).upper()
    if not _VAT_ID.fullmatch(value) or not _checks(value):
        raise Invalid(
            f"Expected a VAT number that begins with its country, like DE136695976, but got {written!r:.60}",
            [("vat_id", "Please give a VAT number with its country, like DE136695976.")],
            problems_de=[("vat_id", "Bitte eine USt-IdNr. mit Land angeben, etwa DE136695976.")],
        )
    return value


def _checks(vat_id: str) -> bool:
    """A German one ends with a check digit (ISO 7064, MOD 11,10); of others only the form is known."""
    if not vat_id.startswith("DE"):
        return True
    digits = vat_id[2:]
    if len(digits) != _GERMAN_VAT_ID or not (digits.isascii() and digits.isdecimal()):
        return False
    product = 10
    for digit in digits[:-1]:
        product = 2 * ((product + int(digit)) % 10 or 10) % 11
    return (11 - product) % 10 == int(digits[-1])

"""A customer at a glance, beside a case of theirs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    BindParameter,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from cpm.model import Case, CaseState, Consent, Contact, Customer, CustomerNote, Identifier, User
from cpm.model.base import UtcDateTime
from cpm.model.identifier import NO_WAY_TO_THEM
from cpm.queries import access
from cpm.uow import UnitOfWork

#: No company's id: what the text of such a row is.
_COUNT, _YES, _NO = -1, -2, -3  #: number of open cases; channel of a consent that was given, or withdrawn
_NOTE = -4  #: the newest note: by whom in its first line, and what
_LONGEST = 300  #: characters of it
_ANY_TIME = cast(null(), UtcDateTime())
_ADVERTISING = "advertising"


@dataclass(frozen=True, slots=True)
class Noted:
    """The newest note on the customer."""

    at: datetime
    author: str  #: by name
    text: str  #: if it is long, its beginning with three dots


@dataclass(frozen=True, slots=True)
class Glance:
    id: int
    number: str
    name: str
    kind: str
    status: str
    language: str
    key_account: bool
    since: datetime
    addresses: tuple[str, ...]
    companies: tuple[tuple[int, str], ...]  #: for whom they speak: id and name
    open_cases: int  #: those that the reader may see
    advertised: tuple[str, ...]  #: channels on which they want advertising
    unwanted: tuple[str, ...]  #: channels on which they have said that they want none
    note: Noted | None


def glance(uow: UnitOfWork, customer: Customer) -> Glance:
    """Addresses, companies, the count of cases and the newest note come in one statement: this stands beside every step."""
    parts = _PARTS if access.sees_all(uow) else _parts(partial(access.visible, uow))
    found: Sequence[Any] = uow.session.execute(parts, {"customer": customer.id}).all()
    rows: list[tuple[int, int, str]] = sorted((row[0], row[1], row[3] or "") for row in found)
    return Glance(
        id=customer.id,
        number=customer.number,
        name=customer.name,
        kind=customer.kind.value,
        status=customer.status.value,
        language=customer.language,
        key_account=customer.key_account,
        since=customer.created_at,
        addresses=tuple(text for _, company, text in rows if not company),
        companies=tuple((company, text) for _, company, text in rows if company > 0),
        open_cases=next(int(text) for _, company, text in rows if company == _COUNT),
        advertised=tuple(text for _, company, text in rows if company == _YES),
        unwanted=tuple(text for _, company, text in rows if company == _NO),
        note=next((_noted(at, text) for _, company, at, text in found if company == _NOTE), None),
    )


def _parts(visible: Callable[[Any], Any]) -> Any:
    customer: BindParameter[int] = bindparam("customer")
    addresses = select(Identifier.id, literal(0), _ANY_TIME, Identifier.value).where(
        Identifier.customer_id == customer,
        Identifier.valid_to.is_(None),
        Identifier.kind.not_in(NO_WAY_TO_THEM),
    )
    companies = (
        select(Contact.id, Customer.id, _ANY_TIME, Customer.company_name)
        .join(Customer, Customer.id == Contact.company_id)
        .where(Contact.person_id == customer)
    )
    of_customer = Case.customer_id == customer, Case.state == CaseState.OPEN
    counted = select(literal(0), literal(_COUNT), _ANY_TIME, cast(func.count(Case.id), Text))
    counted = counted.where(*of_customer)
    return union_all(addresses, companies, visible(counted), _words(customer), _newest(customer))


def _words(customer: BindParameter[int]) -> Select[Any]:
    """On advertising, the latest word for each channel."""
    later = aliased(Consent)
    same = later.customer_id == Consent.customer_id, later.channel == Consent.channel
    after = or_(later.at > Consent.at, and_(later.at == Consent.at, later.id > Consent.id))
    newer = exists().where(*same, later.purpose == Consent.purpose, after)
    said = select(Consent.id, case((Consent.given, _YES), else_=_NO), _ANY_TIME, Consent.channel)
    return said.where(Consent.customer_id == customer, Consent.purpose == _ADVERTISING, ~newer)


def _newest(customer: BindParameter[int]) -> Select[Any]:
    lines = (User.name + "\n" + func.substr(CustomerNote.text, 1, _LONGEST + 1)).label("lines")
    said = select(CustomerNote.id, literal(_NOTE).label("what"), CustomerNote.at, lines)
    said = said.join(User, User.login == CustomerNote.author)
    mine = said.where(CustomerNote.customer_id == customer, CustomerNote.taken_back_at.is_(None))
    return mine.order_by(CustomerNote.at.desc(), CustomerNote.id.desc()).limit(1).subquery().select()


#: Every step asks it: made once, for who may see all cases.
_PARTS = _parts(lambda query: query)


def _noted(at: datetime, lines: str) -> Noted:
    author, _, text = lines.partition("\n")
    return Noted(at, author, text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} …")

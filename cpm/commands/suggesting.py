"""Cases that a message may belong to, each with its reason: for a person to choose from, never for the sender to see."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from cpm.attributes.typed import folded
from cpm.channels import Inbound
from cpm.commands import case_match, matching
from cpm.commands.case_match import Evidence, Hint, Match
from cpm.model import Case, CaseState, Customer, Variable
from cpm.queries import case_labels
from cpm.queries.startable import SORTING
from cpm.uow import UnitOfWork

#: More suggestions than these nobody reads.
_MOST = 6
_LATELY = timedelta(days=30)
#: What may be a number of an order: letters, digits, signs between them, and at least four digits.
_ORDER = re.compile(r"(?<![\w/.-])(?=(?:[\w/.-]*\d){4})[A-Za-z0-9][A-Za-z0-9/.-]{2,29}(?<![/.-])")
_MOST_ORDERS, _LONGEST = 20, 10_000
#: Variables that hold one, of processes that declare them as attributes.
_NUMBERS = ("order_no", "invoice_no", "delivery_no", "offer_no")


@dataclass(frozen=True, slots=True)
class Suggestion:
    case: Case
    match: Match

    def option(self, uow: UnitOfWork) -> Mapping[str, Any]:
        """As a field of a form offers it. What a confidential case is about stands nowhere else."""
        label_de, label_en = case_labels.of(uow, self.case)
        return {
            "value": self.case.number,
            "label": f"{label_de}. {self.match.why_de}",
            "cpm:label.en": f"{label_en}. {_capital(self.match.why_en)}",
        }


def suggested(
    uow: UnitOfWork, inbound: Inbound, customer: Customer | None, process: str | None
) -> list[Suggestion]:
    """The likeliest first. `customer`: if it is known who writes. `process`: if it is clear what it is about."""
    found: dict[int, Suggestion] = {}
    for hint in _hints(uow, inbound, customer, process):
        match = case_match.judged(uow, hint)
        if (match.suggested or match.certain) and hint.case.merged_into_id is None:
            found.setdefault(hint.case.id, Suggestion(hint.case, match))
    return list(found.values())[:_MOST]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _hints(
    uow: UnitOfWork, inbound: Inbound, customer: Customer | None, process: str | None
) -> Iterator[Hint]:
    yield from matching.hints(uow, inbound)
    for case in _with_order_number(uow, f"{inbound.subject}\n{inbound.text}"[:_LONGEST]):
        yield Hint(case, Evidence.ORDER_NUMBER, takes_part=False, same_customer=_is(customer, case))
    if customer is not None:
        for case in _lately(uow, customer):
            same = None if process is None else case.process == process
            yield Hint(case, Evidence.CUSTOMER, takes_part=True, same_customer=True, same_process=same)


def _is(customer: Customer | None, case: Case) -> bool | None:
    return None if customer is None else case.customer_id == customer.id


def _with_order_number(uow: UnitOfWork, text: str) -> list[Case]:
    """Open cases that a number in the text opened or that have it among their data; not confidential ones."""
    written = list(dict.fromkeys(_ORDER.findall(text)))[:_MOST_ORDERS]
    if not written:
        return []
    having = select(Variable.case_id).where(
        Variable.name.in_(_NUMBERS),
        Variable.sought.in_([folded(each) for each in written]),
        Variable.process.is_not(None),
        Variable.until.is_(None),
    )
    known = or_(Case.business_key.in_(written), Case.id.in_(having))
    return _shown(uow, known)


def _lately(uow: UnitOfWork, customer: Customer) -> list[Case]:
    """Those of the customer that are open or were closed a short time ago; not confidential ones."""
    recent = or_(Case.state == CaseState.OPEN, Case.closed_at > uow.now - _LATELY)
    return _shown(uow, Case.customer_id == customer.id, recent, closed=True)


def _shown(uow: UnitOfWork, *which: Any, closed: bool = False) -> list[Case]:
    query = select(Case).where(*which, Case.process.not_in({*uow.library.confidential, SORTING}))
    if not closed:
        query = query.where(Case.state == CaseState.OPEN)
    return list(uow.session.scalars(query.order_by(Case.opened_at.desc(), Case.id.desc()).limit(_MOST)))

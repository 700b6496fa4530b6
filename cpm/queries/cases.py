"""Cases: a list, and one whole with everything that is open or was said in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from cpm.forms import Field
from cpm.model import (
    Case,
    CaseState,
    Customer,
    Identifier,
    Interaction,
    JobKind,
)
from cpm.model.identifier import NO_WAY_TO_THEM
from cpm.queries import documents, incidents, one_case, suspensions, variables, wording, worklist
from cpm.queries.incidents import IncidentLine
from cpm.queries.pages import MOST
from cpm.queries.suspensions import Standing
from cpm.queries.worklist import TaskLine
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class CaseLine:
    case: str
    subject: str
    customer: str
    customer_id: int
    process: str
    state: str
    outcome: str | None
    team: str | None
    priority: int
    due: datetime | None
    paused: datetime | None  #: since when the due time stands still, because the customer has to answer
    first_answer: datetime | None  #: until when a first answer was promised
    opened: datetime
    closed: datetime | None
    business_key: str | None  #: of the message that opened it


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that will happen by itself: a message, a time, another system's answer."""

    kind: str  #: message, timer, call, ...
    step: str | None
    state: str | None
    at: datetime | None  #: when it is due, or tried next
    attempts: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    at: datetime
    direction: str
    channel: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    automatic: str | None


@dataclass(frozen=True, slots=True)
class DocumentLine:
    id: int
    name: str
    media_type: str
    bytes: int
    added: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class CaseView:
    case: CaseLine
    earlier: str | None
    addresses: tuple[str, ...]  #: at which the customer is reached
    tasks: tuple[TaskLine, ...]
    waiting: tuple[Waiting, ...]
    incidents: tuple[IncidentLine, ...]
    messages: tuple[Message, ...]
    documents: tuple[DocumentLine, ...]
    data: Mapping[str, Any]  #: the case's own variables
    answers: tuple[tuple[str, str], ...]  #: those that a form asks for: its label, and the value in words
    labels: Mapping[str, str]  #: of those variables that a form names
    process_name: str
    suspensions: tuple[Standing, ...]  #: by which it stands still, its own first


def search(
    uow: UnitOfWork,
    *,
    state: CaseState | None = None,
    team: str | None = None,
    customer: str | None = None,
    language: str = "de",
) -> list[CaseLine]:
    """The newest MOST, newest first. `customer` is a part of a name, or a whole address."""
    query = (
        select(Case)
        .join(Case.customer)
        .options(joinedload(Case.customer))
        .order_by(Case.id.desc())
        .limit(MOST)
    )
    if state is not None:
        query = query.where(Case.state == state)
    if team is not None:
        query = query.where(Case.team == team)
    if customer is not None:
        query = query.where(_is_customer(customer))
    return [_line(uow, case, language) for case in uow.session.scalars(query)]


#: Every page of a case asks them: made once.
_ADDRESSES = (
    select(Identifier.value)
    .where(Identifier.customer_id == bindparam("customer"), Identifier.kind.not_in(NO_WAY_TO_THEM))
    .order_by(Identifier.id)
)
_SAID = select(Interaction).where(Interaction.case_id == bindparam("case")).order_by(Interaction.id.desc())
_LATELY = _SAID.limit(bindparam("latest", type_=Integer()))


def view(uow: UnitOfWork, case_id: int, language: str = "de", *, latest: int | None = None) -> CaseView:
    """`latest`: no more messages than these; anybody may send us any number of long ones."""
    case = uow.get(Case, case_id)
    said = _SAID if latest is None else _LATELY
    of = {"case": case.id, "customer": case.customer_id, "latest": latest}
    earlier = uow.get(Case, case.earlier_id).number if case.earlier_id else None
    data, fields = variables.of_case(uow, case), wording.fields(uow.bundle(case))
    return CaseView(
        case=_line(uow, case, language),
        earlier=earlier,
        addresses=tuple(uow.session.scalars(_ADDRESSES, of)),
        tasks=tuple(worklist.of_case(uow, case, language)),
        waiting=_waiting(uow, case, language),
        incidents=tuple(incidents.of_case(uow, case, language)),
        messages=tuple(_message(each) for each in reversed(uow.session.scalars(said, of).all())),
        documents=_documents(uow, case),
        data=data,
        answers=_answers(uow, fields, data, language),
        labels={name: field.label(language) for name, field in fields.items()},
        process_name=wording.process_name(uow.bundle(case), language),
        suspensions=tuple(suspensions.of_case(uow, case, language)),
    )


def _answers(
    uow: UnitOfWork, fields: Mapping[str, Field], data: Mapping[str, Any], language: str
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (fields[name].label(language), wording.answered(fields[name], value, language, uow.settings.zone))
        for name, value in data.items()
        if value is not None and name in fields
    )


def _is_customer(sought: str) -> Any:
    parts = (Customer.first_name, Customer.last_name, Customer.company_name)
    names = [part.icontains(sought, autoescape=True) for part in parts]
    whole = func.coalesce(Customer.first_name, "") + " " + func.coalesce(Customer.last_name, "")
    of_address = select(Identifier.customer_id).where(Identifier.value == sought.lower())
    return or_(*names, whole.icontains(sought, autoescape=True), Customer.id.in_(of_address))


def _line(uow: UnitOfWork, case: Case, language: str) -> CaseLine:
    outcome = (
        wording.table_word(uow.bundle(case), "outcomes", case.outcome, language) if case.outcome else None
    )
    return CaseLine(
        case=case.number,
        subject=case.subject,
        customer=case.customer.name,
        customer_id=case.customer_id,
        process=case.process,
        state=case.state.value,
        outcome=outcome,
        team=case.team,
        priority=case.priority,
        due=case.due_at,
        paused=case.paused_at,
        first_answer=case.first_answer_at,
        opened=case.opened_at,
        closed=case.closed_at,
        business_key=case.business_key,
    )


def _waiting(uow: UnitOfWork, case: Case, language: str) -> tuple[Waiting, ...]:
    bundle = uow.bundle(case)

    def step(element: str | None) -> str | None:
        return wording.step_name(bundle, element, language)

    told_elsewhere = (JobKind.OVERDUE, JobKind.AUTOMATIC, JobKind.LETTER, JobKind.NOTICE, JobKind.LATE)
    found = [
        Waiting(wait.kind.value, step(wait.element), None, None, 0, None)
        for wait in one_case.waits(uow, case.id)
    ]
    found += [
        Waiting(job.kind.value, step(job.element), job.state.value, job.run_at, job.attempts, job.error)
        for job in one_case.jobs(uow, case.id)
        if job.kind not in told_elsewhere
    ]
    return tuple(found)


def _message(said: Interaction) -> Message:
    return Message(
        id=said.id,
        at=said.at,
        direction=said.direction.value,
        channel=said.channel,
        sender=said.sender,
        recipients=tuple(said.recipients),
        subject=said.subject,
        text=said.text,
        automatic=said.automatic,
    )


def _documents(uow: UnitOfWork, case: Case) -> tuple[DocumentLine, ...]:
    filed = [(document, content.size) for document, content, *_ in documents.files(uow, case.id)]
    return tuple(
        DocumentLine(each.id, each.name, each.media_type, size, each.added_at, each.added_by)
        for each, size in sorted(filed, key=lambda one: one[0].id)
        if each.removed_at is None
    )

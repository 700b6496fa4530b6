"""Open and reopen cases."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from cpm import salutation
from cpm.commands import (
    asking,
    customer_rows,
    holding,
    late_notices,
    once,
    policies,
    steering,
    variables,
)
from cpm.commands import process as processes
from cpm.commands.intake import Begins
from cpm.commands.steering import Assignment
from cpm.errors import NotFound
from cpm.model import Case, Customer, Definition, Variable
from cpm.policies import Act
from cpm.queries import starting
from cpm.uow import UnitOfWork

#: How long a closed case is opened again by a further message; later ones open a case that follows it.
REOPENS = timedelta(days=30)
_YEAR = timedelta(days=365)


def open_case(
    uow: UnitOfWork,
    customer: Customer,
    *,
    process: str,
    subject: str,
    channel: str,
    language: str,
    data: Mapping[str, Any],
    earlier: Case | None = None,
    begins: Begins | None = None,
    business_key: str | None = None,
) -> Case:
    """Open a case with the process's version in force; `process.start` sets it going.

    `begins` is what `intake` made of the message that opens it. The caller knows that no case of this process is open
    with the same `business_key`. Suspended, with nothing written yet, if no case of the process may begin.
    """
    holding.must_begin(uow, process)
    definition = _in_force(uow, process)
    customer = customer_rows.standing(uow, customer)
    case = Case(
        customer=customer,
        definition_id=definition.id,
        process=process,
        subject=subject[:255],
        channel=channel,
        language=language,
        opened_at=uow.now,
        earlier_id=earlier and earlier.id,
        business_key=business_key,
    )
    act = Act("open_case", given=data, about={"customer_status": customer.status.value})
    told = policies.judged(uow, case, act, lambda: {"customer_kind": customer.kind.value})
    uow.session.add(case)
    uow.session.flush()
    value, why = steering.customer_value(uow, customer)
    given = {**_about(uow, case, customer), "customer_value": value, **data}
    assignment = steering.assign(uow, case, None, given)
    case.team, case.priority = _placed(assignment, begins)
    deadline = steering.deadline(uow, case, None, given)
    case.due_at, case.first_answer_at, case.clock = deadline.due, deadline.first_answer, deadline.clock
    uow.record(
        case,
        "case.opened",
        process=process,
        version=definition.version,
        subject=case.subject,
        customer=customer.name,
        team=case.team,
        priority=case.priority,
        due=case.due_at,
        rule=assignment.rule,
        follows=earlier and earlier.number,
        key=business_key,
    )
    heard = () if begins is None else (begins.evidence,)
    asking.journal(uow, case, *heard, why, assignment.evidence, deadline.evidence)
    policies.write_down(uow, case, told)
    variables.save(uow, case, {}, {"": {**given, "due": case.due_at}})
    late_notices.plan(uow, case)
    return case


def reopen(uow: UnitOfWork, case: Case, *, at: str, data: Mapping[str, Any]) -> Case:
    """Open a closed case again at the start event `at`; its variables are as it left them, and `data`.

    If another case was opened with its business key meanwhile, the key stays with that one.
    """
    lost = lost_key(uow, case)
    case.move("reopen")
    case.outcome = case.closed_at = None
    if lost is not None:
        case.business_key = None
    uow.record(case, "case.reopened", at=at, lost=lost)
    processes.start(uow, case, {**data, "outcome": None}, at=at)
    return case


def lost_key(uow: UnitOfWork, case: Case) -> str | None:
    """Its key, if another open case of the process has it; whoever is about to open one is waited for."""
    if case.business_key is None:
        return None
    once.queue(uow, starting.queue_of(case.process, case.business_key))
    return case.business_key if starting.busy(uow, case.process, case.business_key) else None


def opened_within(
    uow: UnitOfWork, customer: Customer, time: timedelta, *, without: Collection[str] = ()
) -> int:
    """How many cases of this customer were opened in the time up to now, but for those of some channels."""
    lately = select(func.count()).where(
        Case.customer_id == customer.id, Case.opened_at > uow.now - time, Case.channel.not_in(without)
    )
    return uow.session.scalar(lately) or 0


def _placed(assignment: Assignment, begins: Begins | None) -> tuple[str, int]:
    """The team that the message called for, else the process's; the more urgent of both priorities."""
    if begins is None:
        return assignment.team, assignment.priority
    return begins.team or assignment.team, max(begins.priority or 0, assignment.priority)


def _in_force(uow: UnitOfWork, process: str) -> Definition:
    newest = select(Definition).where(Definition.key == process).order_by(Definition.version.desc()).limit(1)
    if (found := uow.session.scalar(newest)) is None:
        raise NotFound(
            f"Expected process {process} to be deployed, but it is not: run `cpm init` or `cpm deploy`",
            de=f"Der Prozess {process} ist nicht in Kraft gesetzt.",
        )
    return found


def _about(uow: UnitOfWork, case: Case, customer: Customer) -> dict[str, Any]:
    """What every case knows from its first moment (PROCESSES 1)."""
    party = replace(customer.party, language=case.language)
    return {
        "case_no": case.number,
        "process": case.process,
        "channel": case.channel,
        "language": case.language,
        "customer_id": str(customer.id),
        "customer_kind": customer.kind.value,
        "customer_status": customer.status.value,
        "salutation": salutation.salutation(party),
        "name_spoken": salutation.name_spoken(party),
        "goodwill_count_12m": _goodwill_of_the_year(uow, customer),
        "subject": case.subject,
        "firm": uow.settings.firm,
    }


def _goodwill_of_the_year(uow: UnitOfWork, customer: Customer) -> int:
    """How many of the customer's cases of the last twelve months were settled by goodwill."""
    given = (
        select(func.count())
        .select_from(Variable)
        .join(Case, Case.id == Variable.case_id)
        .where(
            Case.customer_id == customer.id,
            Case.opened_at > uow.now - _YEAR,
            Variable.name == "as_goodwill",
            Variable.scope == "",
            Variable.until.is_(None),
            Variable.value == True,  # noqa: E712 - an expression in SQL
        )
    )
    return uow.session.scalar(given) or 0

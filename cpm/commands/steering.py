"""The decisions that steer cases: who gets a step and until when, and who settles an incident.

They are tables in `rules/`, checked when they are deployed; what only a case brings to light is answered here.
Steering never fails: a case that no table can place is placed with the supervisors, or else it would stand still
and nobody would know.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from cpm import calendars
from cpm.calendars import Calendar
from cpm.commands import asking
from cpm.commands import facts as known
from cpm.commands.asking import Answer
from cpm.commands.steering_values import after
from cpm.errors import Invalid
from cpm.model import Case, Customer, Remedy, Team
from cpm.queries import customer_worth, erp_facts, troubles
from cpm.uow import UnitOfWork

#: What is added to a priority that the table gives (PROCESSES 4.2); it stays between 0 and 100.
_MORE_FOR_A, _MORE_FOR_UPSET = 15, 10
#: The answer when a table has none.
_SAFE_TEAM, _SAFE_PRIORITY, _SAFE_TIME = "supervisors", 70, timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Assignment:
    team: str
    priority: int
    skills: tuple[str, ...]  #: what whoever takes it should be able to do
    keep_owner: bool  #: it stays with who has the case
    rule: str  #: the row that fired, or why none could, for the journal
    evidence: Mapping[str, Any]  #: as `asking.Answer`


@dataclass(frozen=True, slots=True)
class Deadline:
    first_answer: datetime | None
    due: datetime
    clock: str | None  #: the calendar whose open time it counts; None: it counts plain or calendar time
    rule: str  #: as an assignment's
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Route:
    team: str
    title_de: str
    title_en: str
    severity: str
    due: datetime
    remedies: tuple[Remedy, ...]  #: it can always be handed over
    auto: datetime | None  #: when it may be tried again by itself
    rule: str  #: as an assignment's
    evidence: Mapping[str, Any]


def assign(
    uow: UnitOfWork,
    case: Case,
    element: str | None,
    variables: Mapping[str, Any],
    *,
    owner_available: bool | None = None,
) -> Assignment:
    """Whose a step is, or the case itself when there is no element."""
    facts = known.of_assignment(case, element, variables, owner_available=owner_available)
    more = _MORE_FOR_A * (facts["customer_value"] == "A") + _MORE_FOR_UPSET * (facts["mood"] == "upset")

    def made(said: Answer) -> Assignment:
        priority = max(0, min(100, int(said.taken("priority", Decimal)) + more))
        told = {**said.evidence, "priority": priority} if more else said.evidence
        skills = tuple(str(skill) for skill in said.columns.get("skills") or ())
        keep = said.columns.get("keep_owner") is True
        return Assignment(_team(uow, said), priority, skills, keep, said.rule, told)

    def otherwise(why: Answer) -> Assignment:
        return Assignment(
            _safe_team(uow), _SAFE_PRIORITY, skills=(), keep_owner=False, rule=why.rule, evidence=why.evidence
        )

    return asking.safely(uow, "assignment", facts, made, otherwise)


def deadline(uow: UnitOfWork, case: Case, element: str | None, variables: Mapping[str, Any]) -> Deadline:
    """Until when the step, or the case itself, is promised."""

    def made(said: Answer) -> Deadline:
        name, due = said.taken("calendar", str), said.columns["due"]
        calendar, first = uow.calendar(name), said.columns["first_answer"]
        return Deadline(
            first_answer=None if first is None else _moment(uow, "first_answer", first, calendar),
            due=_moment(uow, "due", due, calendar),
            clock=name if isinstance(due, str) and calendars.counts_business_time(due) else None,
            rule=said.rule,
            evidence=said.evidence,
        )

    def otherwise(why: Answer) -> Deadline:
        return Deadline(None, uow.now + _SAFE_TIME, clock=None, rule=why.rule, evidence=why.evidence)

    return asking.safely(uow, "deadlines", known.of_deadline(case, element, variables), made, otherwise)


def _moment(uow: UnitOfWork, column: str, value: object, calendar: Calendar) -> datetime:
    """A time such as 4bh from now on, or a moment that was agreed, which is not before now."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return max(value.astimezone(UTC), uow.now)
    if not isinstance(value, str):
        raise Invalid(f"Expected {column} to be a time such as 4bh or a moment, but it is {value!r:.60}")
    return calendars.due(uow.now, value, calendar)


def route(uow: UnitOfWork, case: Case, trouble: Mapping[str, Any], variables: Mapping[str, Any]) -> Route:
    """Who settles what went wrong, until when, and with which remedies; `trouble` is as `facts.of_exception` has it."""
    code = str(trouble["code"])

    def made(said: Answer) -> Route:
        team = _team(uow, said)
        always = said.columns["calendar"] == calendars.ALWAYS
        calendar = uow.calendar(calendars.ALWAYS) if always else uow.calendar_of(team)
        return Route(
            team=team,
            title_de=said.taken("title_de", str).replace("{{code}}", _called(uow, case, code, "de")),
            title_en=said.taken("title_en", str).replace("{{code}}", _called(uow, case, code, "en")),
            severity=said.taken("severity", str),
            due=calendars.due(uow.now, said.taken("due", str), calendar),
            remedies=_remedies(said.taken("remedies", list)),
            auto=_auto(uow, said, calendar),
            rule=said.rule,
            evidence=said.evidence,
        )

    def otherwise(why: Answer) -> Route:
        return Route(
            team=_safe_team(uow),
            title_de=f"Bitte ansehen: {code}",
            title_en=f"Please look into: {code}",
            severity="high",
            due=uow.now + _SAFE_TIME,
            remedies=tuple(Remedy),
            auto=None,
            rule=why.rule,
            evidence=why.evidence,
        )

    return asking.safely(uow, "exceptions", known.of_exception(case, trouble, variables), made, otherwise)


def customer_value(uow: UnitOfWork, customer: Customer) -> tuple[str, Mapping[str, Any]]:
    """A, B or C, and the evidence of it, by what an ERP said last: of who comes just now, none has said anything."""
    told = erp_facts.told(uow, customer) if customer.created_at < uow.now else {}
    facts = known.of_customer(customer, customer_worth.revenue(uow, told))
    return asking.safely(
        uow,
        "customer_value",
        facts,
        lambda said: (said.taken("value", str), said.evidence),
        lambda why: ("C", why.evidence),
    )


def _called(uow: UnitOfWork, case: Case, code: str, language: str) -> str:
    """What the process's texts call a special case, or what people read of another code; else its own name."""
    said = (troubles.known(code, language) or code).removesuffix(".")
    return str(uow.bundle(case).texts.get(language, {}).get("special_cases", {}).get(code, said))


def _team(uow: UnitOfWork, said: Answer) -> str:
    team = said.taken("team", str)
    if not _is_there(uow, team):
        raise Invalid(f"Expected a team that is there, but {team!r:.60} is none: `cpm team add` adds it")
    return team


def _is_there(uow: UnitOfWork, team: str) -> bool:
    """Asks the database only about one that the library has not seen; it may have been added a moment ago."""
    return team in uow.library.teams or team in uow.session.scalars(select(Team.key)).all()


def _safe_team(uow: UnitOfWork) -> str:
    if _is_there(uow, _SAFE_TEAM):
        return _SAFE_TEAM
    if (any_team := uow.session.scalar(select(Team.key).order_by(Team.key).limit(1))) is None:
        raise Invalid("Expected a team to give this to, but there is none: run `cpm init`")
    return any_team


def _auto(uow: UnitOfWork, said: Answer, calendar: Calendar) -> datetime | None:
    """A table from before there was this column has none."""
    if said.columns.get("auto") is None:
        return None
    return calendars.due(uow.now, after(said.taken("auto", str)), calendar)


def _remedies(words: list[Any]) -> tuple[Remedy, ...]:
    """What the engine does not know is not offered; if nothing is left, somebody else may still take over."""
    known = {remedy.value: remedy for remedy in Remedy}
    return tuple(known[word] for word in words if word in known) or (Remedy.HANDOVER,)

"""The decisions that steer cases: who gets a step and until when, and who settles an incident.

They are tables in `rules/`, checked when they are deployed; what only a case brings to light is answered here.
Steering never fails: a case that no table can place is placed with the supervisors, or else it would stand still
and nobody would know.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select

from cpm import calendars
from cpm.commands.steering_tables import answer
from cpm.errors import CpmError, Invalid
from cpm.model import Case, Remedy, Team
from cpm.uow import UnitOfWork

log = logging.getLogger(__name__)

T = TypeVar("T")

#: What is added to a priority that the table gives (PROCESSES 4.2), to 100 at most.
_MORE_FOR_A, _MORE_FOR_UPSET = 15, 10
#: The answer when a table has none.
_SAFE_TEAM, _SAFE_PRIORITY, _SAFE_TIME = "supervisors", 70, timedelta(hours=8)
#: How a table, or what it answers, can be wrong; what the database says is not among it and goes its own way.
_WRONG = (CpmError, ValueError, TypeError, LookupError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Assignment:
    team: str
    priority: int
    rule: str  #: the row that fired, or why none could, for the journal


@dataclass(frozen=True, slots=True)
class Deadline:
    first_answer: datetime | None
    due: datetime
    rule: str  #: as an assignment's


@dataclass(frozen=True, slots=True)
class Route:
    team: str
    title_de: str
    title_en: str
    severity: str
    due: datetime
    remedies: tuple[Remedy, ...]  #: it can always be handed over
    rule: str  #: as an assignment's


def assign(uow: UnitOfWork, case: Case, element: str | None, variables: Mapping[str, Any]) -> Assignment:
    """Team and priority of a step, or of the case itself when there is no element."""
    facts = _facts(case, element, variables)

    def asked() -> Assignment:
        found, rule = _ask(uow, "assignment", facts)
        more = _MORE_FOR_A * (facts.get("customer_value") == "A") + _MORE_FOR_UPSET * (
            facts.get("mood") == "upset"
        )
        return Assignment(_team(uow, found), min(100, int(_taken(found, "priority", Decimal)) + more), rule)

    return _safely("assignment", asked, lambda why: Assignment(_safe_team(uow), _SAFE_PRIORITY, why))


def deadline(uow: UnitOfWork, case: Case, element: str | None, variables: Mapping[str, Any]) -> Deadline:
    """Until when the step, or the case itself, is promised."""

    def asked() -> Deadline:
        found, rule = _ask(uow, "deadlines", _facts(case, element, variables))
        calendar = calendars.calendar(_taken(found, "calendar", str), land=uow.settings.land)
        first = None if found["first_answer"] is None else _taken(found, "first_answer", str)
        return Deadline(
            first_answer=None if first is None else calendars.due(uow.now, first, calendar),
            due=calendars.due(uow.now, _taken(found, "due", str), calendar),
            rule=rule,
        )

    return _safely("deadlines", asked, lambda why: Deadline(None, uow.now + _SAFE_TIME, why))


def route(uow: UnitOfWork, case: Case, facts: Mapping[str, Any]) -> Route:
    """Who settles what went wrong, until when, and with which remedies. Facts as in exceptions.dmn."""
    code = str(facts["code"])

    def asked() -> Route:
        found, rule = _ask(uow, "exceptions", {"process": case.process, **facts})
        team, land = _team(uow, found), uow.settings.land
        always = found["calendar"] == "always"
        calendar = calendars.calendar("always") if always else calendars.of_team(team, land=land)
        return Route(
            team=team,
            title_de=_taken(found, "title_de", str).replace("{{code}}", _called(uow, case, code, "de")),
            title_en=_taken(found, "title_en", str).replace("{{code}}", _called(uow, case, code, "en")),
            severity=_taken(found, "severity", str),
            due=calendars.due(uow.now, _taken(found, "due", str), calendar),
            remedies=_remedies(_taken(found, "remedies", list)),
            rule=rule,
        )

    def otherwise(why: str) -> Route:
        return Route(
            team=_safe_team(uow),
            title_de=f"Bitte ansehen: {code}",
            title_en=f"Please look into: {code}",
            severity="high",
            due=uow.now + _SAFE_TIME,
            remedies=tuple(Remedy),
            rule=why,
        )

    return _safely("exceptions", asked, otherwise)


def _called(uow: UnitOfWork, case: Case, code: str, language: str) -> str:
    """What the process's texts call a special case; any other code is its own name."""
    return str(uow.bundle(case).texts.get(language, {}).get("special_cases", {}).get(code, code))


def customer_value(uow: UnitOfWork, facts: Mapping[str, Any]) -> str:
    """A, B or C."""
    return _safely(
        "customer_value",
        lambda: _taken(_ask(uow, "customer_value", facts)[0], "value", str),
        lambda _why: "C",
    )


def amount(variables: Mapping[str, Any]) -> Decimal | None:
    """The sum a case is about, as far as its data say."""
    for name in ("amount", "goodwill_amount", "claim_amount"):
        if isinstance(found := variables.get(name), Decimal):
            return found
    return None


def _facts(case: Case, element: str | None, variables: Mapping[str, Any]) -> dict[str, Any]:
    return {**variables, "process": case.process, "element": element, "channel": case.channel}


def _safely(decision: str, asked: Callable[[], T], otherwise: Callable[[str], T]) -> T:
    """The answer, or the safe one with the reason."""
    try:
        return asked()
    except _WRONG as error:
        log.exception("steering.failed", extra={"decision": decision})
        return otherwise(f"{decision} failed: {error}")


def _ask(uow: UnitOfWork, decision: str, facts: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The columns of the row that fired, and its name for the journal."""
    result = uow.library.steering(decision).model.evaluate(decision, facts, now=uow.local_now)
    if not (found := answer(decision, result)):
        raise Invalid(
            f"Expected decision {decision} to answer for all facts, but no row matched: add a last row"
        )
    fired = result.evidence[-1]
    return found, f"{fired.name} {', '.join(str(rule.number) for rule in fired.rules)}"


def _taken(found: Mapping[str, Any], column: str, kind: type[T]) -> T:
    value = found[column]
    if not isinstance(value, kind):
        raise Invalid(f"Expected {column} to be a {kind.__name__}, but it is {value!r:.60}")
    return value


def _team(uow: UnitOfWork, found: Mapping[str, Any]) -> str:
    team = _taken(found, "team", str)
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


def _remedies(words: list[Any]) -> tuple[Remedy, ...]:
    """What the engine does not know is not offered; if nothing is left, somebody else may still take over."""
    known = {remedy.value: remedy for remedy in Remedy}
    return tuple(known[word] for word in words if word in known) or (Remedy.HANDOVER,)

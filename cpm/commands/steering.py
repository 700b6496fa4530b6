"""The decisions that steer cases: who gets a step and until when, and who settles an incident.

They are tables in `rules/`; the last row of each matches everything, so there is always an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from cpm import calendars
from cpm.errors import Invalid
from cpm.model import Case, Remedy
from cpm.uow import UnitOfWork
from rules import dmn

#: What is added to a priority that the table gives (PROCESSES 4.2), to 100 at most.
_MORE_FOR_A, _MORE_FOR_UPSET = 15, 10


#: The decisions the engine asks, and the columns it reads.
COLUMNS = {
    "assignment": {"team", "priority"},
    "deadlines": {"first_answer", "due", "calendar"},
    "exceptions": {"team", "title_de", "title_en", "severity", "due", "calendar", "remedies"},
    "customer_value": {"value"},
}


@dataclass(frozen=True, slots=True)
class Assignment:
    team: str
    priority: int


@dataclass(frozen=True, slots=True)
class Deadline:
    first_answer: datetime | None
    due: datetime


@dataclass(frozen=True, slots=True)
class Route:
    team: str
    title_de: str
    title_en: str
    severity: str
    due: datetime
    remedies: tuple[Remedy, ...]
    rule: str  #: the row that fired, for the journal


def assign(uow: UnitOfWork, case: Case, element: str | None, variables: Mapping[str, Any]) -> Assignment:
    """Team and priority of a step, or of the case itself when there is no element."""
    facts = _facts(case, element, variables)
    found, _ = _ask(uow, "assignment", facts)
    more = _MORE_FOR_A * (facts.get("customer_value") == "A") + _MORE_FOR_UPSET * (
        facts.get("mood") == "upset"
    )
    return Assignment(found["team"], min(100, int(found["priority"]) + more))


def deadline(uow: UnitOfWork, case: Case, element: str | None, variables: Mapping[str, Any]) -> Deadline:
    """Until when the step, or the case itself, is promised."""
    found, _ = _ask(uow, "deadlines", _facts(case, element, variables))
    calendar = calendars.calendar(found["calendar"], land=uow.settings.land)
    first = found["first_answer"]
    return Deadline(
        first_answer=first and calendars.due(uow.now, first, calendar),
        due=calendars.due(uow.now, found["due"], calendar),
    )


def route(uow: UnitOfWork, case: Case, facts: Mapping[str, Any]) -> Route:
    """Who settles what went wrong, until when, and with which remedies. Facts as in exceptions.dmn."""
    found, rule = _ask(uow, "exceptions", {"process": case.process, **facts})
    land = uow.settings.land
    always = found["calendar"] == "always"
    calendar = calendars.calendar("always") if always else calendars.of_team(found["team"], land=land)
    able = {remedy.value for remedy in Remedy}  # a remedy that the engine does not know is not offered
    return Route(
        team=found["team"],
        title_de=found["title_de"].replace("{{code}}", str(facts["code"])),
        title_en=found["title_en"].replace("{{code}}", str(facts["code"])),
        severity=found["severity"],
        due=calendars.due(uow.now, found["due"], calendar),
        remedies=tuple(Remedy(word) for word in found["remedies"] if word in able),
        rule=rule,
    )


def customer_value(uow: UnitOfWork, facts: Mapping[str, Any]) -> str:
    """A, B or C."""
    return str(_ask(uow, "customer_value", facts)[0]["value"])


def amount(variables: Mapping[str, Any]) -> Decimal | None:
    """The sum a case is about, as far as its data say."""
    for name in ("amount", "goodwill_amount", "claim_amount"):
        if isinstance(found := variables.get(name), Decimal):
            return found
    return None


def shortcomings(model: dmn.Model) -> list[str]:
    """Why a table cannot steer: it has no row for unknown facts, or a column that the engine reads is missing."""
    told = []
    for decision in COLUMNS.keys() & model.decisions.keys():
        answer = _answer(decision, model.evaluate(decision, {}))
        missing = COLUMNS[decision] - answer.keys()
        if not answer:
            told.append(
                f"Expected decision {decision} to have a last row that matches everything, but it has none."
            )
        elif missing:
            told.append(f"Expected decision {decision} to answer with {', '.join(sorted(missing))} as well.")
    return told


def _facts(case: Case, element: str | None, variables: Mapping[str, Any]) -> dict[str, Any]:
    return {**variables, "process": case.process, "element": element, "channel": case.channel}


def _ask(uow: UnitOfWork, decision: str, facts: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The columns of the row that fired, and its name for the journal."""
    result = uow.library.steering(decision).evaluate(decision, facts, now=uow.local_now)
    if not (answer := _answer(decision, result)):
        raise Invalid(
            f"Expected decision {decision} to answer for all facts, but no row matched: add a last row"
        )
    fired = result.evidence[-1]
    return answer, f"{fired.name} {', '.join(str(rule.number) for rule in fired.rules)}"


def _answer(decision: str, result: dmn.Result) -> dict[str, Any]:
    """By column; a table with one output answers with the bare value."""
    if isinstance(result.value, dict):
        return result.value
    return {} if result.value is None else dict.fromkeys(COLUMNS[decision], result.value)

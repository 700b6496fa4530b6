"""Ask a steering decision. Steering never fails: where no table answers, the safe answer counts and the reason is told."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from cpm.commands import checks, evidence
from cpm.commands.steering_tables import answer
from cpm.errors import CpmError, Invalid
from cpm.model import Case
from cpm.uow import UnitOfWork

log = logging.getLogger(__name__)

T = TypeVar("T")

#: How a table, or what it answers, can be wrong; what the database says is not among it and goes its own way.
WRONG = (CpmError, ValueError, TypeError, LookupError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the row that fired says, by column; empty if the table could not answer."""

    columns: Mapping[str, Any]
    rule: str  #: the row that fired, or why none could, for the journal
    evidence: Mapping[str, Any]  #: as `evidence.told`, with `failed` if the safe answer had to do

    def taken(self, column: str, kind: type[T]) -> T:
        value = self.columns[column]
        if not isinstance(value, kind):
            raise Invalid(f"Expected {column} to be a {kind.__name__}, but it is {value!r:.60}")
        if isinstance(value, str):
            checks.plain_text(
                column, value, required=False
            )  # what a table writes is kept like what people write
        return value


def ask(uow: UnitOfWork, decision: str, facts: Mapping[str, Any]) -> Answer:
    """The table in force on these facts; raises one of WRONG if it has no answer."""
    table = uow.library.steering(decision)
    result = table.model.evaluate(decision, facts, now=uow.local_now)
    if not (found := answer(decision, result)):
        raise Invalid(
            f"Expected decision {decision} to answer for all facts, but no row matched: add a last row"
        )
    fired = result.evidence[-1]
    rule = f"{fired.name} {', '.join(str(each.number) for each in fired.rules)}"
    return Answer(found, rule, evidence.told(decision, table.version, result))


def safely(
    uow: UnitOfWork,
    decision: str,
    facts: Mapping[str, Any],
    made: Callable[[Answer], T],
    otherwise: Callable[[Answer], T],
) -> T:
    """What `made` makes of the table's answer, or `otherwise` of the reason why there is none."""
    found = None
    try:
        found = ask(uow, decision, facts)
        return made(found)
    except WRONG as error:
        log.exception("steering.failed", extra={"decision": decision})
        why = f"{decision} failed: {error}"
        known = found.evidence if found else evidence.unanswered(decision, facts)
        return otherwise(Answer({}, why, {**known, "failed": why}))


def journal(
    uow: UnitOfWork,
    case: Case,
    *answers: Mapping[str, Any],
    task: int | None = None,
    incident: int | None = None,
) -> None:
    """Write down what was decided: about the task, the incident, or else the case itself."""
    about = "task" if task else "incident" if incident else "case"
    for told in answers:
        uow.record(case, "case.steered", about=about, task=task, incident=incident, **told)

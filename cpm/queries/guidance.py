"""What stands beside a step for the person who does it: a tip on how to meet this customer, and what suggests itself.

Two tables say it (`guidance.dmn`, `next_action.dmn`). They help and decide nothing, so a table that fails, or is
missing, leaves the page without them.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cpm import next_actions, writing
from cpm.case_numbers import case_number
from cpm.errors import NotFound
from cpm.model import OF_PROCESS, OPEN_TASKS, Task
from cpm.next_actions import Deed
from cpm.queries import guiding_facts, startable, variables
from cpm.uow import UnitOfWork

log = logging.getLogger(__name__)

SHOWN = 3  #: actions on the card
TONES = ("caution", "value-a", "value-b", "value-c")
#: In the order of the card: what is due before the case is wrapped up, then what may fit.
KINDS = ("queued", "suggested")
NOTHING = "none"  #: the action of the row that stands for none
#: How a table, or what it answers, can be wrong; what the database says is not among it and goes its own way.
_WRONG = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)


@dataclass(frozen=True, slots=True)
class Seen:
    """Which version of which table spoke, and what it was told."""

    decision: str
    version: int
    facts: Mapping[str, Any]  #: those that its columns looked at and that were known


@dataclass(frozen=True, slots=True)
class Tip:
    tone: str  #: one of TONES
    text: str
    row: int
    by: Seen


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Action:
    kind: str  #: one of KINDS
    action: str  #: the table's word for it
    title: str
    reason: str
    row: int
    case: str | None  #: the number of the case that it is about
    process: str | None  #: the process that it starts, if cases can be opened with it
    by: Seen
    words: Mapping[str, Words]  #: the title and the reason in both languages
    deed: Deed  #: what accepting it does
    what: str  #: with what
    due: str | None  #: until when a task that it opens is to be done, such as 1bd

    @property
    def does(self) -> str:
        return f"{self.deed}:{self.what}" if self.what else self.deed.value


@dataclass(frozen=True, slots=True)
class Guidance:
    tip: Tip | None
    actions: tuple[Action, ...]  #: queued before suggested
    about: guiding_facts.Known | None = None  #: what was asked with

    @property
    def card(self) -> tuple[Action, ...]:
        return self.actions[:SHOWN]


@dataclass(frozen=True, slots=True)
class _Row:
    """One that fired."""

    values: Mapping[str, Any]
    number: int
    by: Seen

    def text(self, column: str) -> str:
        value = self.values.get(column)
        return value if isinstance(value, str) else ""


def guidance(
    uow: UnitOfWork, task: Task, seen: Mapping[str, Any], language: str, *, api: bool = False
) -> Guidance:
    """For a step of a process and whoever looks. `seen` are the variables that the step sees."""
    about = guiding_facts.known(uow, task, seen, api=api)
    tips = [_tip(row, language) for row in _asked(uow, "guidance", about.facts)]
    return Guidance(tips[0] if tips else None, actions(uow, about, language), about)


def actions(uow: UnitOfWork, about: guiding_facts.Known, language: str) -> tuple[Action, ...]:
    """What suggests itself on these facts; queued before suggested."""
    made = [_action(uow, row, about, language) for row in _asked(uow, "next_action", about.facts)]
    found = [action for action in made if action is not None]
    real = [action for action in found if action.action != NOTHING] or found
    return tuple(sorted(real, key=lambda one: KINDS.index(one.kind)))


def of_task(uow: UnitOfWork, task: Task, language: str, *, api: bool = False) -> Guidance:
    """Nothing for what is no step of a process, or no longer open."""
    if task.kind not in OF_PROCESS or task.state not in OPEN_TASKS:
        return Guidance(None, ())
    return guidance(uow, task, variables.seen_at(uow, task.case, task.node), language, api=api)


def _asked(uow: UnitOfWork, decision: str, facts: Mapping[str, Any]) -> Iterator[_Row]:
    try:
        table = uow.library.steering(decision)
        result = table.model.evaluate(decision, facts, now=uow.local_now)
    except NotFound:
        return
    except _WRONG:
        log.exception("guidance.failed", extra={"decision": decision})
        return
    fired = result.evidence[-1]
    by = Seen(decision, table.version, {label: value for label, value in fired.inputs if value is not None})
    rows = result.value if isinstance(result.value, list) else [result.value]
    for row, rule in zip(rows, fired.rules, strict=False):
        if isinstance(row, dict):
            yield _Row(row, rule.number, by)


def _tip(row: _Row, language: str) -> Tip:
    tone = row.text("tone")
    return Tip(tone if tone in TONES else TONES[-1], row.text(f"tip_{language}"), row.number, row.by)


def _action(uow: UnitOfWork, row: _Row, about: guiding_facts.Known, language: str) -> Action | None:
    """None if its reason needs a value that nobody knows, or cannot be written."""
    kind, action = row.text("kind"), row.text("action")
    try:
        words = {each: _words(uow, row, about, each) for each in ("de", "en")}
    except (writing.MissingPlaceholder, writing.TemplateFault):
        return None
    deed, what = next_actions.deed(action, row.values.get("does"))
    other = about.same_kind if deed == Deed.LINK else None
    said = words[language]
    return Action(
        kind=kind if kind in KINDS else KINDS[-1],
        action=action,
        title=said.title,
        reason=said.reason,
        row=row.number,
        case=None if other is None else case_number(other),
        process=what if deed == Deed.START and what in _startable(uow) else None,
        by=row.by,
        words=words,
        deed=deed,
        what=what,
        due=row.text("due") or None,
    )


def _words(uow: UnitOfWork, row: _Row, about: guiding_facts.Known, language: str) -> Words:
    values = _spoken(about.facts, uow.local_now.date())
    title, reason = (
        writing.render(row.text(f"{what}_{language}"), values, language, uow.settings.zone)
        for what in ("title", "reason")
    )
    return Words(title, reason)


def _startable(uow: UnitOfWork) -> set[str]:
    return {bundle.key for bundle in startable.bundles(uow)}


def _spoken(facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What reasons may name: the facts, and the sum, days and date that the shipped ones speak of."""
    return {
        **facts,
        "amount": facts.get("overdue_amount"),
        "days": facts.get("quote_age_days"),
        "date": _in_days(today, facts.get("service_due_days")),
    }


def _in_days(today: date, days: object) -> date | None:
    """A variable may hold anything; what leads to no day is not spoken of."""
    try:
        return today + timedelta(days=int(days)) if isinstance(days, int | Decimal) else None
    except OverflowError:
        return None

"""What is suggested beside a step, what somebody made of it, and what is still to be done before a case is wrapped up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select

from cpm.case_numbers import case_number
from cpm.model import OF_PROCESS, OPEN_TASKS, Case, DeclineReason, Suggestion, SuggestionState, Task, TaskKind
from cpm.next_actions import Deed
from cpm.queries import guidance, one_case, people, variables
from cpm.queries import guiding_facts as known
from cpm.queries.guidance import NOTHING, SHOWN, Action, Guidance
from cpm.uow import UnitOfWork

QUEUED = "queued"
_UNDECIDED = frozenset({SuggestionState.OPEN, SuggestionState.PASSED})
_WHY = {
    DeclineReason.NOT_WANTED: ("Kunde möchte es nicht", "customer does not want it"),
    DeclineReason.NOT_FITTING: ("passt hier nicht", "does not fit here"),
    DeclineReason.DONE_ALREADY: ("ist schon geschehen", "has been done already"),
    DeclineReason.NO_TIME: ("jetzt nicht", "not now"),
    DeclineReason.OTHER: ("etwas anderes", "something else"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that somebody can accept or decline."""

    action: str
    kind: str  #: queued or suggested
    title: str
    reason: str
    deed: Deed
    what: str  #: with what, as the table says it
    case: str | None  #: the number of the other case that it is about
    fresh: bool  #: no row tells yet that it was shown

    @property
    def queued(self) -> bool:
        return self.kind == QUEUED


@dataclass(frozen=True, slots=True)
class Decided:
    id: int
    action: str
    title: str
    accepted: bool
    who: str
    at: datetime
    why: str | None  #: it was declined
    case: str | None  #: what it opened or linked
    task: int | None


@dataclass(frozen=True, slots=True)
class Suggested:
    """The card beside a step."""

    offers: tuple[Offer, ...]  #: queued before suggested, as many as are shown
    decided: tuple[Decided, ...]
    nothing: str | None  #: the sentence that says that there is nothing


def why(reason: DeclineReason, language: str) -> str:
    return _WHY[reason][language == "en"]


def reasons(language: str) -> Sequence[tuple[str, str]]:
    return [(reason.value, why(reason, language)) for reason in DeclineReason]


def beside(
    uow: UnitOfWork, task: Task, advice: Guidance, language: str, *, users: Mapping[str, str]
) -> Suggested:
    """What the table says now, but for what is decided; and what it said at another step and is still to be done."""
    rows = of_case(uow, task.case)
    live = [offer for offer in _offers(advice.actions, rows) if offer.action != NOTHING]
    left = _left(uow, advice.about, rows, language, {offer.action for offer in live}) if advice.about else []
    found = sorted((*live, *left), key=lambda offer: not offer.queued)[:SHOWN]
    nothing = next((one.reason for one in advice.actions if one.action == NOTHING), None)
    return Suggested(tuple(found), decided(rows.values(), users, language), None if found else nothing)


def decided(rows: Iterable[Suggestion], users: Mapping[str, str], language: str) -> tuple[Decided, ...]:
    return tuple(_decided(row, users, language) for row in rows if row.state not in _UNDECIDED)


def pending(uow: UnitOfWork, case: Case, language: str) -> list[Offer]:
    """All that may still be accepted or declined in the case, queued first; what no longer holds is left out."""
    rows, steps = of_case(uow, case), _steps(uow, case)
    found: dict[str, Offer] = {}
    about: known.Known | None = None
    for task in steps:
        seen = variables.seen_at(uow, case, task.node)
        about = known.known(uow, task, seen, api=True)
        for offer in _offers(guidance.actions(uow, about, language), rows):
            if offer.action != NOTHING and task.state in OPEN_TASKS:
                found.setdefault(offer.action, offer)
    if about is not None:
        for offer in _left(uow, about, rows, language, set(found), kinds=(QUEUED, "suggested")):
            found.setdefault(offer.action, offer)
    return sorted(found.values(), key=lambda offer: not offer.queued)


def of_case(uow: UnitOfWork, case: Case, *, afresh: bool = False) -> Mapping[str, Suggestion]:
    """By action, as they were shown. `afresh`: also those that were looked at before the case was locked, as they are now."""
    if not one_case.has(uow, case.id, Suggestion):
        return {}
    found = uow.session.scalars(_AFRESH if afresh else _OF_CASE, {"case": case.id})
    return {row.action: row for row in found}


#: Every step asks it: made once.
_OF_CASE = select(Suggestion).where(Suggestion.case_id == bindparam("case")).order_by(Suggestion.id)
_AFRESH = _OF_CASE.execution_options(populate_existing=True)


def at_steps(uow: UnitOfWork, case: Case, action: str) -> tuple[Task, Action] | None:
    """The open step of the case beside which the table suggests this now."""
    for task in _steps(uow, case):
        if task.state in OPEN_TASKS:
            for one in guidance.of_task(uow, task, "de", api=True).actions:
                if one.action == action != NOTHING:
                    return task, one
    return None


def of_view(uow: UnitOfWork, case_id: int, language: str) -> tuple[list[Offer], tuple[Decided, ...]]:
    """What is open and what was decided, for programs."""
    case = uow.get(Case, case_id)
    rows = of_case(uow, case)
    return pending(uow, case, language), decided(rows.values(), people.user_names(uow), language)


def _steps(uow: UnitOfWork, case: Case) -> Sequence[Task]:
    """The open steps of the process; if there is none, the one that was done last."""
    steps = select(Task).where(Task.case_id == case.id, Task.kind.in_(OF_PROCESS))
    open_ones = uow.session.scalars(steps.where(Task.state.in_(OPEN_TASKS)).order_by(Task.id)).all()
    if open_ones:
        return open_ones
    latest = steps.where(Task.kind == TaskKind.STEP, Task.done_at.is_not(None))
    return uow.session.scalars(latest.order_by(Task.done_at.desc(), Task.id.desc()).limit(1)).all()


def _offers(actions: Iterable[Action], rows: Mapping[str, Suggestion]) -> list[Offer]:
    return [
        Offer(
            one.action,
            one.kind,
            one.title,
            one.reason,
            one.deed,
            one.what,
            one.case,
            fresh=one.action not in rows,
        )
        for one in actions
        if one.action not in rows or rows[one.action].state in _UNDECIDED
    ]


def _left(
    uow: UnitOfWork,
    about: known.Known,
    rows: Mapping[str, Suggestion],
    language: str,
    there: set[str],
    *,
    kinds: Sequence[str] = (QUEUED,),
) -> list[Offer]:
    """What was shown at an earlier step, is undecided, and would be said there again with what is known now."""
    open_ones = [
        row
        for row in rows.values()
        if row.state in _UNDECIDED and row.kind in kinds and row.action not in there
    ]
    found = []
    for element in dict.fromkeys(row.element for row in open_ones):
        then = replace(about, facts={**about.facts, "element": element})
        again = {one.action: one for one in guidance.actions(uow, then, language)}
        here = {
            row.action: again[row.action]
            for row in open_ones
            if row.element == element and row.action in again
        }
        found += _offers(here.values(), rows)
    return found


def _decided(row: Suggestion, users: Mapping[str, str], language: str) -> Decided:
    declined = why(row.declined_for, language) if row.declined_for else None
    assert row.decided_at is not None, "somebody decided"
    return Decided(
        id=row.id,
        action=row.action,
        title=row.title(language),
        accepted=row.state == SuggestionState.ACCEPTED,
        who=users.get(row.decided_by or "", row.decided_by or ""),
        at=row.decided_at,
        why=row.note or declined,
        case=case_number(row.made_case_id) if row.made_case_id else None,
        task=row.made_task_id,
    )

"""The guided case: one task with its way so far, its customer, what was said, and what the reader may do with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cpm.bpmn.reading.properties import FOUR_EYES
from cpm.model import OF_PROCESS, OPEN_TASKS, IncidentState, Task, TaskKind, TaskState, User
from cpm.queries import (
    access,
    case_timeline,
    changed_since,
    clash,
    commented,
    customer_worth,
    familiar,
    four_eyes,
    glance,
    going_back,
    guidance,
    incidents,
    machines,
    suggestions,
    suspensions,
    ways,
    why,
)
from cpm.queries import journal as journals
from cpm.queries import task as one
from cpm.queries.case_timeline import Told
from cpm.queries.clash import Clash
from cpm.queries.commented import Comments
from cpm.queries.customer_worth import Worth
from cpm.queries.glance import Glance
from cpm.queries.going_back import GoingBack
from cpm.queries.guidance import Guidance
from cpm.queries.incidents import IncidentLine
from cpm.queries.journal import Entry
from cpm.queries.journal import names as naming
from cpm.queries.journal.names import Names
from cpm.queries.process_map import Picture
from cpm.queries.suggestions import Suggested
from cpm.queries.suspensions import Standing
from cpm.queries.task import TaskView
from cpm.queries.ways import Way
from cpm.queries.why import Why
from cpm.uow import UnitOfWork

_LATEST = 12  #: of the journal; the case page has all of it


@dataclass(frozen=True, slots=True)
class Guided:
    case_id: int
    view: TaskView
    spoken: str  #: the language of what to say
    way: tuple[Way, ...]
    customer: Glance
    worth: Worth | None  #: of the customer of a step that is still to be done
    timeline: tuple[Told, ...]  #: newest first, the latest only
    map: Picture | None  #: of the process around the step
    knows_it: bool  #: the reader works on it, and has done such a step often enough to know what to do
    holder: str | None  #: by name
    asks: str | None  #: by login whom the reader, who might take it, can ask to hand it over
    parked_until: datetime | None
    parked_because: str | None
    escalated: tuple[str, str] | None  #: by whom, by name, and what they want of the team
    handed: tuple[str, str] | None  #: by whom it was handed over, by name, and with which words
    teams: Mapping[str, str]  #: to whom it may be escalated: names by key; none if it may not
    reacts: bool  #: the form looks different after some answers
    may_start: bool
    first_for: str | None  #: by name: somebody else for whom it is kept at first
    only_for: str | None  #: the team that may start it, by name; None if the reader may, or nobody can now
    may_work: bool  #: the reader holds it and may go on
    may_take_over: bool  #: its holder is away, and the reader stands in; or the reader leads
    may_release: bool
    may_hand_over: bool
    happened: Clash | None  #: of a task that is no longer open
    guidance: Guidance | None  #: of a step that is still to be done
    suggested: Suggested | None  #: the same, with what was made of it
    back: GoingBack | None  #: of a step that is done and may be done again
    changed: tuple[str, ...]  #: which of its fields hold something else now than was entered, by label
    why: Why
    suspensions: tuple[Standing, ...]  #: by which its case stands still
    exceptions: tuple[IncidentLine, ...]  #: of its case, the open ones
    comments: Comments
    unsure: int | None  #: per cent: how sure it is what it is about, if nobody has looked at it yet

    @property
    def held_by(self) -> str | None:
        """By name: a colleague who works on it."""
        theirs = self.view.task.state == TaskState.CLAIMED and not self.may_work
        return self.holder if theirs and self.parked_until is None else None

    @property
    def kinds(self) -> tuple[tuple[str, int], ...]:
        """What of the timeline can be shown alone, with how many of each."""
        return case_timeline.kinds(self.timeline)


def guided(uow: UnitOfWork, task_id: int, language: str, *, typed: Mapping[str, Any] | None = None) -> Guided:
    """NotFound if there is none or it is not the reader's to see. `typed` is as `task.view` has it."""
    task = access.must_see_task(uow, task_id)
    user, is_open = uow.user(), task.state in OPEN_TASKS
    known = naming.names(uow, task.case, language)
    names = known.users
    theirs = task.assignee == user.login
    parked = task.parked(uow.now)
    form = one.form_of(uow, task)
    view = one.view(uow, task_id, language, typed=typed, said=False)
    way = ways.way(uow, task, known, language)
    entries = machines.entries(uow, task.case_id, grounds=True)
    reasons = why.of_task(uow, task, language, names=known, entries=entries)
    standing = tuple(suspensions.of_case(uow, task.case, language))
    waits = bool(standing) and task.kind in OF_PROCESS
    said = commented.of_case(uow, task.case, names, besides=[task.assignee])
    latest = _latest(uow, task, language, known)
    happened = None if is_open else clash.last(uow, task, language, view.seen)
    back = None if is_open else going_back.of_task(uow, task, language)
    advice = guidance.guidance(uow, task, view.seen, language) if _guides(task) else None
    return Guided(
        case_id=task.case_id,
        spoken=task.case.language,
        view=view,
        way=way,
        customer=glance.glance(uow, task.case.customer),
        worth=customer_worth.worth(uow, task.case.customer, advice.about.heard)
        if advice and advice.about
        else None,
        timeline=case_timeline.of_case(uow, task.case_id, latest, said.lines, names),
        map=ways.around(uow, task, way, entries, language),
        knows_it=theirs and view.do is not None and familiar.knows(uow, task),
        asks=task.assignee if task.is_for(user) else None,
        holder=names.get(task.assignee or "", task.assignee),
        parked_until=task.parked_until if parked else None,
        parked_because=task.parked_because if parked else None,
        escalated=_escalated(task, names),
        handed=_handed(task, names),
        teams=_others_first(known.teams, task.team) if _may_escalate(uow, task) else {},
        reacts=form is not None and form.reacts,
        may_start=task.state == TaskState.READY and task.is_for(user) and not waits,
        first_for=names.get(first, first) if (first := task.kept_from(user.login, uow.now)) else None,
        only_for=known.team(task.team) if task.state == TaskState.READY and not task.is_for(user) else None,
        may_work=theirs and task.state == TaskState.CLAIMED,
        may_take_over=_may_take_over(uow, task, user) and not waits,
        may_release=task.state == TaskState.CLAIMED and (theirs or _leads(user)),
        may_hand_over=_may_hand_over(task, user) and not waits,
        happened=happened,
        why=reasons,
        suspensions=standing,
        exceptions=tuple(
            each for each in incidents.of_case(uow, task.case, language) if each.state == IncidentState.OPEN
        ),
        comments=said,
        unsure=None if any(step.state == "done" for step in way) else reasons.unsure,
        guidance=advice,
        back=back,
        changed=_changed(uow, task, happened, view, language) if back and not back.refused else (),
        suggested=None if advice is None else suggestions.beside(uow, task, advice, language, users=names),
    )


def _changed(
    uow: UnitOfWork, task: Task, happened: Clash | None, view: TaskView, language: str
) -> tuple[str, ...]:
    entry = happened.entry if happened else None
    entered = entry.particulars.get("data") or {} if entry else {}
    return changed_since.changed(uow, task, entered, view.seen, language)


def _guides(task: Task) -> bool:
    return task.kind in OF_PROCESS and task.state in OPEN_TASKS


def _escalated(task: Task, names: Mapping[str, str]) -> tuple[str, str] | None:
    by, because = task.escalated_by, task.escalated_because
    return None if by is None or because is None else (names.get(by, by), because)


def _handed(task: Task, names: Mapping[str, str]) -> tuple[str, str] | None:
    by = task.handed_by
    return None if by is None else (names.get(by, by), task.handed_note or "")


def _may_take_over(uow: UnitOfWork, task: Task, user: User) -> bool:
    if task.state != TaskState.CLAIMED or task.assignee == user.login:
        return False
    if task.assignee in user.stands_in_for:
        return True
    return _leads(user) and task.is_for(user) and not four_eyes.of_task(uow, task).keep_out(user)


def _may_hand_over(task: Task, user: User) -> bool:
    if task.kind == TaskKind.INCIDENT:
        return False
    if task.state == TaskState.READY:
        return task.is_for(user)
    theirs = task.assignee == user.login or task.assignee in user.stands_in_for
    return task.state == TaskState.CLAIMED and (theirs or _leads(user))


def _may_escalate(uow: UnitOfWork, task: Task) -> bool:
    """Its holder, unless it is an approval: those stay with their team."""
    element = uow.bundle(task.case).program.elements.get(task.element or "")
    approves = element is not None and FOUR_EYES in element.properties
    theirs = task.assignee == uow.actor and task.state == TaskState.CLAIMED
    return theirs and task.kind in OF_PROCESS and not approves


def _others_first(teams: Mapping[str, str], own: str) -> Mapping[str, str]:
    """Rarely does somebody of the same team have to decide."""
    return dict(sorted(teams.items(), key=lambda team: team[0] == own))


def _leads(user: User) -> bool:
    return "supervisor" in user.roles


def _latest(uow: UnitOfWork, task: Task, language: str, known: Names) -> tuple[Entry, ...]:
    # the page has a place for why
    events = [
        {"seq": e.seq, "at": e.at, "actor": e.actor, "what": e.what, "particulars": e.particulars}
        for e in journals.newest(uow, task.case_id, _LATEST)
    ]
    return tuple(journals.told(uow, task.case, events, language, names=known))

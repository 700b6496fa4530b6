"""What two people entered for one step, field by field: who came second sees what the first one said, and chooses."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cpm.forms import Field
from cpm.forms.messages import Misfit
from cpm.forms.take import take
from cpm.model import Event, Task, TaskState, Variable
from cpm.queries import access, clash, people, variables, wording, words
from cpm.queries import task as one
from cpm.queries.at_desk import Draft
from cpm.queries.clash import Clash
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    label: str
    theirs: str
    yours: str
    who: str | None = None  #: by name: who has changed it, and when, where each has somebody of their own
    at: datetime | None = None
    untouched: bool = False  #: the reader's own is as their form began: the other is meant

    @property
    def differs(self) -> bool:
        return self.theirs != self.yours


@dataclass(frozen=True, slots=True)
class Compared:
    title: str
    subject: str
    happened: Clash
    free: bool  #: nobody holds it: the reader may take it and go on with what they typed
    lines: tuple[Line, ...]  #: those in which somebody entered something


def compared(uow: UnitOfWork, task_id: int, typed: Mapping[str, Any], language: str) -> Compared:
    """`typed` is what the one who came second had entered."""
    task = access.must_see_task(uow, task_id)
    happened = clash.last(uow, task, language)
    done = happened.state == "done" and happened.entry is not None
    data = happened.entry.particulars.get("data") or {} if done and happened.entry else {}
    lines = between(uow, task, data, typed, language)
    return Compared(task.title(language), task.case.subject, happened, happened.state == "ready", lines)


def between(
    uow: UnitOfWork, task: Task, theirs: Mapping[str, Any], yours: Mapping[str, Any], language: str
) -> tuple[Line, ...]:
    """Two who typed at one step; what neither has filled in is left out."""
    form = one.form_of(uow, task)
    if form is None:
        label = "Your answer" if language == "en" else "Ihre Antwort"
        one_says, other_says = (str(values.get("note") or "") for values in (theirs, yours))
        return (Line("note", label, one_says, other_says),) if one_says or other_says else ()
    lines = (
        Line(
            field.key,
            field.label(language),
            _said(uow, field, theirs.get(field.key), language),
            _said(uow, field, yours.get(field.key), language),
        )
        for field in form.fields
        if field.words.de
    )
    return tuple(line for line in lines if line.theirs or line.yours)


def left(uow: UnitOfWork, task: Task, own: Draft | None, language: str) -> tuple[Line, ...]:
    """What the reader had typed at a task that is not theirs to go on with: it can still be read."""
    if own is None or task.state == TaskState.READY or _is_theirs(task, own):
        return ()
    return between(uow, task, {}, own.values, language)


def with_case(
    uow: UnitOfWork, task: Task, fields: Collection[str], typed: Mapping[str, Any], language: str
) -> tuple[Line, ...]:
    """These fields as the case has them now, with who changed each, beside what was typed."""
    now = variables.seen_at(uow, task.case, task.node)
    changed = (
        select(Variable.name, Event.actor, Event.at)
        .join(Event, (Event.case_id == Variable.case_id) & (Event.seq == Variable.since))
        .where(Variable.case_id == task.case_id, Variable.name.in_(fields), Variable.until.is_(None))
    )
    by = {name: (actor, at) for name, actor, at in uow.session.execute(changed.order_by(Variable.since))}
    names = people.user_names(uow)
    return tuple(
        replace(line, who=names.get(who) or words.actor(who, language), at=at)
        for line in between(uow, task, now, typed, language)
        if line.key in fields
        for who, at in (by[line.key],)
    )


def _is_theirs(task: Task, own: Draft) -> bool:
    return task.assignee == own.login and task.state == TaskState.CLAIMED


def _said(uow: UnitOfWork, field: Field, value: Any, language: str) -> str:
    """What was typed reads like what was taken: 1.3.26 is the day that 2026-03-01 is."""
    if isinstance(value, str) and field.kind in _READ:
        try:
            taken = take(value, field, (), language, uow.settings.zone)
        except Misfit:
            return value
        return wording.answered(field, taken, language, uow.settings.zone)
    return wording.answered(field, value, language, uow.settings.zone)


_READ = frozenset({"number", "date", "time", "datetime"})

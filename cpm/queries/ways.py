"""The way of a case: its steps that were done and those that are open, in their order and on the map of its process."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cpm.library import Bundle
from cpm.model import OF_PROCESS, OPEN_TASKS, Event, Task, TaskState
from cpm.queries import machines, process_map, wording
from cpm.queries.journal import names as naming
from cpm.queries.journal.names import Names
from cpm.queries.process_map import Picture
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Way:
    """One step on the way, done or open."""

    task: int
    title: str
    stage: str | None  #: what the process calls this part of it
    state: str  #: done, current (this page), open (another task of the case)
    who: str | None  #: by name
    at: datetime | None  #: when it was done
    element: str | None  #: where it stands in the process
    alike: int = 1  #: how many such open steps nobody has begun, told as this one


def way(uow: UnitOfWork, task: Task, known: Names, language: str) -> tuple[Way, ...]:
    """The case's steps that were done, in their order, then those that are open; nothing is promised beyond."""
    names = known.users
    found = [
        each
        for each in known.tasks.values()
        if each.kind in OF_PROCESS
        and (each.state == TaskState.DONE or each.state in OPEN_TASKS or each.id == task.id)
    ]
    found.sort(key=lambda each: (each.done_at is None, each.done_at or each.created_at, each.id))
    bundle = uow.bundle(task.case)
    return tuple(
        Way(
            task=each.id,
            title=each.title(language),
            stage=_stage(bundle, each.element, language),
            state="current" if each.id == task.id else "done" if each.state == TaskState.DONE else "open",
            who=names.get(each.assignee or "", each.assignee),
            at=each.done_at,
            element=each.element,
            alike=alike,
        )
        for each, alike in _told_once(found, task)
    )


def around(
    uow: UnitOfWork, task: Task, way: Iterable[Way], entries: Iterable[Event], language: str
) -> Picture | None:
    """The part of the map that the step is in the middle of; None if it is drawn nowhere."""
    return process_map.around(uow.bundle(task.case), task.element or "", _states(way, entries), language)


def on_map(uow: UnitOfWork, task: Task, language: str) -> dict[str, Any]:
    """The whole map of the process that the step is in, with the case's way."""
    found = way(uow, task, naming.names(uow, task.case, language), language)
    bundle = uow.bundle(task.case)
    drawn = process_map.whole(
        bundle, task.element or "", _states(found, machines.entries(uow, task.case_id)), language
    )
    return {"drawn": drawn, "way": found, "process": wording.process_name(bundle, language)}


def _states(way: Iterable[Way], entries: Iterable[Event]) -> dict[str, str]:
    """By element; what is open counts more than that it was done before."""
    ordered = sorted(way, key=lambda step: step.state != "done")
    by_people = {step.element: step.state for step in ordered if step.element is not None}
    return dict.fromkeys(machines.done(entries), "done") | by_people


def _told_once(found: Iterable[Task], here: Task) -> list[tuple[Task, int]]:
    """Each with 1; but of the instances of an activity that nobody has begun the first, with their number."""
    told: list[tuple[Task, int]] = []
    places: dict[str, int] = {}
    for task in found:
        free = task.element is not None and task.state == TaskState.READY and task.id != here.id
        place = places.get(task.element or "") if free else None
        if place is not None:
            told[place] = (told[place][0], told[place][1] + 1)
            continue
        if free:
            places[task.element or ""] = len(told)
        told.append((task, 1))
    return told


def _stage(bundle: Bundle, element: str | None, language: str) -> str | None:
    known = bundle.program.elements.get(element or "")
    key = known.properties.get("cpm:stage") if known else None
    return wording.table_word(bundle, "stages", key, language)

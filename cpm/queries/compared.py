"""What two people entered for one step, field by field: who came second sees what the first one said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cpm.model import Task
from cpm.queries import access, clash, wording
from cpm.queries import task as one
from cpm.queries.clash import Clash
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    theirs: str
    yours: str


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
    lines = tuple(line for line in _lines(uow, task, data, typed, language) if line.theirs or line.yours)
    return Compared(task.title(language), task.case.subject, happened, happened.state == "ready", lines)


def _lines(
    uow: UnitOfWork, task: Task, theirs: Mapping[str, Any], yours: Mapping[str, Any], language: str
) -> list[Line]:
    form = one.form_of(uow, task)
    fields = form.fields if form is not None else ()
    return [
        Line(
            field.label(language),
            wording.answered(field, theirs.get(field.key), language, uow.settings.zone),
            wording.answered(field, yours.get(field.key), language, uow.settings.zone),
        )
        for field in fields
        if field.words.de
    ]

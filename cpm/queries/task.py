"""One task: what it is about, what to say and do, what to fill in, what the customer said last."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cpm.errors import Invalid
from cpm.forms import Form
from cpm.library import Bundle
from cpm.model import OF_PROCESS, Direction, Interaction, Task, TaskKind
from cpm.queries import guidance, lookups, variables, wording
from cpm.queries.choosing import Choosing, choosing
from cpm.queries.worklist import TaskLine, line
from cpm.uow import UnitOfWork

_LATEST = 3


@dataclass(frozen=True, slots=True)
class Said:
    at: datetime
    sender: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Handed:
    by: str  #: login of who handed it to its holder, or its team
    note: str | None


@dataclass(frozen=True, slots=True)
class TaskView:
    task: TaskLine
    process: str
    say: str | None  #: to the customer, in the customer's language
    do: str | None
    done: str | None  #: when the step is done
    fields: tuple[
        Mapping[str, Any], ...
    ]  #: as `Form.present` gives them; `shown` holds the prefilled text too
    messages: tuple[Said, ...]  #: the customer's latest, newest first
    special_cases: tuple[tuple[str, str], ...]  #: kinds it may be declared as, and what they mean
    choosing: Choosing | None  #: of an ad-hoc subprocess
    seen: Mapping[str, Any]  #: the variables that the step sees
    handed_over: Handed | None


def view(
    uow: UnitOfWork,
    task_id: int,
    language: str = "de",
    *,
    typed: Mapping[str, Any] | None = None,
    said: bool = True,
) -> TaskView:
    """`typed` is what somebody has entered so far: the fields hold it, and those show that belong to it.

    `said`: whether to look up the customer's latest messages.
    """
    task = uow.get(Task, task_id)
    bundle = uow.bundle(task.case)
    step = task.kind in OF_PROCESS
    seen = variables.seen_at(uow, task.case, task.node if step else None)
    to_customer = task.case.language
    return TaskView(
        task=line(uow, task, language),
        process=wording.process_name(bundle, language),
        say=_text(uow, task, "say", seen, to_customer) if step else None,
        do=_text(uow, task, "do", seen, language) if step else None,
        done=_text(uow, task, "done", seen, language) if step else None,
        fields=tuple(_fields(uow, task, seen, typed or {}, language)),
        messages=_messages(uow, task) if said else (),
        special_cases=_special_cases(bundle, language) if task.kind == TaskKind.STEP else (),
        choosing=_choosing(uow, task, seen, language) if task.kind == TaskKind.CHOICE else None,
        seen=seen,
        handed_over=Handed(task.handed_by, task.handed_note) if task.handed_by else None,
    )


def _choosing(uow: UnitOfWork, task: Task, seen: Mapping[str, Any], language: str) -> Choosing | None:
    return choosing(uow, task, seen, language, guidance.of_task(uow, task, language).actions)


def form_of(uow: UnitOfWork, task: Task) -> Form | None:
    """The form of the version that the case runs on."""
    return uow.form(task)


def problems(
    uow: UnitOfWork, task_id: int, typed: Mapping[str, Any], language: str = "de"
) -> tuple[tuple[str, str], ...]:
    """What would speak against completing the step with these values, by field."""
    task = uow.get(Task, task_id)
    form = form_of(uow, task)
    if form is None:
        return ()
    seen = variables.seen_at(uow, task.case, task.node)
    try:
        looking = lookups.of_task(uow, task, language)
        form.validate(typed, seen, now=uow.local_now, language=language, lookups=looking)
    except Invalid as refused:
        return refused.faults(language)
    return ()


def blocks(uow: UnitOfWork, task_id: int) -> dict[str, str]:
    """The text blocks that the task's empty fields begin with, by field."""
    shown = _flat(view(uow, task_id).fields)
    return {field["key"]: field["shown"] for field in shown if field.get("prefill") and field["shown"]}


def _flat(fields: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for field in fields:
        yield field
        yield from _flat(field.get("components", ()))


def _text(uow: UnitOfWork, task: Task, what: str, seen: Mapping[str, Any], language: str) -> str | None:
    bundle = uow.bundle(task.case)
    template = bundle.step_text(task.element, what, language) if task.element else None
    if template is None:
        return None
    spoken = wording.spoken(seen, bundle.forms, language)
    return wording.filled(template, spoken, language, uow.settings.zone)


def _fields(
    uow: UnitOfWork, task: Task, seen: Mapping[str, Any], typed: Mapping[str, Any], language: str
) -> list[dict[str, Any]]:
    form = form_of(uow, task)
    if form is None:
        return []
    bundle = uow.bundle(task.case)
    looking = lookups.of_task(uow, task, language)
    words = bundle.texts.get(language, {}).get("words", {})
    fields = form.present(seen, typed, now=uow.local_now, language=language, lookups=looking, words=words)
    return [_prefilled(uow, field, bundle, seen, task.case.language) for field in fields]


def _prefilled(
    uow: UnitOfWork, field: dict[str, Any], bundle: Bundle, seen: Mapping[str, Any], to_customer: str
) -> dict[str, Any]:
    """An empty field that begins with a text block shows it, written to the customer."""
    if "components" in field:
        inner = [_prefilled(uow, each, bundle, seen, to_customer) for each in field["components"]]
        return {**field, "components": inner}
    block = bundle.texts.get(to_customer, {}).get("blocks", {}).get(field.get("prefill"))
    if not block:
        return field
    return {**field, "shown": wording.filled(str(block["text"]), seen, to_customer, uow.settings.zone)}


def _messages(uow: UnitOfWork, task: Task) -> tuple[Said, ...]:
    query = (
        select(Interaction)
        .where(
            Interaction.case_id == task.case_id,
            Interaction.direction == Direction.IN,
            Interaction.automatic.is_(None),
        )
        .order_by(Interaction.id.desc())
        .limit(_LATEST)
    )
    return tuple(Said(said.at, said.sender, said.subject, said.text) for said in uow.session.scalars(query))


def _special_cases(bundle: Bundle, language: str) -> tuple[tuple[str, str], ...]:
    kinds = bundle.texts.get(language, {}).get("special_cases", {})
    return tuple((kind, str(words)) for kind, words in kinds.items())

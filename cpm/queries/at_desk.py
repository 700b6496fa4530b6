"""Who else has a case before them, and what was typed at a step and not handed in: told before somebody begins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Integer, Text, bindparam, cast, null, select, union_all

from cpm.model import Presence, Task, TaskDraft, TaskState, User
from cpm.model.presence import LASTS
from cpm.queries import one_case
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Mate:
    """Somebody else who is there just now."""

    name: str
    since: datetime
    at: str | None  #: the step whose page they have open
    works: bool  #: and which is theirs
    task: int | None  #: its id


@dataclass(frozen=True, slots=True)
class Draft:
    login: str
    name: str
    values: Mapping[str, Any]
    seen: int  #: the case's last journal entry when its form was drawn
    rev: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    mates: tuple[Mate, ...]
    own: Draft | None
    others: tuple[Draft, ...]  #: what colleagues have typed at this step, the latest first

    @property
    def taken_up(self) -> Draft | None:
        """What the form begins with: one's own words, else those of whoever was here last."""
        return self.own or next(iter(self.others), None)

    @property
    def later(self) -> Draft | None:
        """What a colleague has typed since one's own draft."""
        last = next(iter(self.others), None)
        return last if self.own and last and last.saved_at > self.own.saved_at else None


def of_task(look: UnitOfWork, task: Task, language: str) -> Desk:
    """One statement."""
    if not any(one_case.has(look, task.case_id, noun) for noun in (Presence, TaskDraft)):
        return Desk((), None, ())
    asked = {**_when(look, task.case_id), "task": task.id}
    rows = look.session.execute(_BESIDE["en" if language == "en" else "de"], asked).all()
    typed = sorted((_draft(row) for row in rows if row.rev), key=_latest_first)
    return Desk(
        mates=_mates(tuple(row[:3]) + tuple(row[6:]) for row in rows if not row[5]),
        own=next((one for one in typed if one.login == look.actor), None),
        others=tuple(one for one in typed if one.login != look.actor and one.values),
    )


def of_case(look: UnitOfWork, case_id: int, language: str) -> tuple[Mate, ...]:
    if not one_case.has(look, case_id, Presence):
        return ()
    rows = look.session.execute(_HERE["en" if language == "en" else "de"], _when(look, case_id))
    return _mates(tuple(row) for row in rows)


def held(look: UnitOfWork, case_id: int) -> tuple[Task, ...]:
    """The tasks of the case that the acting user works on."""
    theirs = select(Task).where(Task.case_id == case_id, Task.assignee == look.actor)
    return tuple(look.session.scalars(theirs.where(Task.state == TaskState.CLAIMED).order_by(Task.id)))


def _when(look: UnitOfWork, case_id: int) -> dict[str, Any]:
    return {"case": case_id, "me": look.actor, "since": look.now - LASTS}


def _mates(rows: Iterable[tuple[Any, ...]]) -> tuple[Mate, ...]:
    """Who works there first, then who came first."""
    found = [Mate(name, since, title, bool(works), task) for _, name, since, title, works, task in rows]
    return tuple(sorted(found, key=lambda mate: (not mate.works, mate.since, mate.name)))


def _draft(row: Any) -> Draft:
    return Draft(row.login, row.name, values=row.values_, seen=row.seen, rev=row.rev, saved_at=row.at)


def _latest_first(draft: Draft) -> float:
    return -draft.saved_at.timestamp()


def _here(language: str) -> Any:
    works = (Task.assignee == Presence.login) & (Task.state == TaskState.CLAIMED)
    return (
        select(
            User.login,
            User.name,
            Presence.since.label("at"),
            (Task.title_en if language == "en" else Task.title_de).label("title"),
            works.label("works"),
            Task.id.label("task"),
        )
        .select_from(Presence)
        .join(User, User.login == Presence.login)
        .outerjoin(Task, Task.id == Presence.task_id)
        .where(Presence.case_id == bindparam("case"), Presence.login != bindparam("me"))
        .where(Presence.seen_at > bindparam("since"))
    )


def _beside(language: str) -> Any:
    """What was typed at a step, and who is there."""
    drafts = (
        select(
            User.login,
            User.name,
            TaskDraft.saved_at.label("at"),
            TaskDraft.values.label("values_"),
            TaskDraft.seen,
            TaskDraft.rev,
            cast(null(), Text).label("title"),
            cast(null(), Boolean).label("works"),
            cast(null(), Integer).label("task"),
        )
        .join(User, User.login == TaskDraft.login)
        .where(TaskDraft.task_id == bindparam("task"))
    )
    here = _here(language)
    mates = here.with_only_columns(
        *here.selected_columns[:3], null(), null(), null(), *here.selected_columns[3:]
    )
    return union_all(drafts, mates)


#: Every page of a case or a step asks one of them: made once.
_HERE = {language: _here(language) for language in ("de", "en")}
_BESIDE = {language: _beside(language) for language in ("de", "en")}

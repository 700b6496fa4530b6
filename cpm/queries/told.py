"""What a customer has been told on a case, is going to be told, and was not told and why: for who works on it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from cpm.model import Case, Interaction, JobKind, JobState
from cpm.queries import one_case, status_links
from cpm.queries.notice_words import TYPE, WAITS, event_of, subject
from cpm.uow import UnitOfWork

_MOST = 20  #: of each, the newest
_CALLS = (JobKind.CALL, JobKind.LETTER, JobKind.NOTICE)


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    at: datetime  #: when it was said or left out; until when it waits
    reason: str = ""
    job: int | None = None  #: of one that waits


@dataclass(frozen=True, slots=True)
class Told:
    said: tuple[Line, ...]
    waiting: tuple[Line, ...]
    left_out: tuple[Line, ...]
    link: str | None  #: to the status page; None if it has none
    closed: bool  #: somebody has taken its links back
    confidential: bool  #: its process has no such pages

    @property
    def any(self) -> bool:
        return bool(self.said or self.waiting or self.left_out)


def of_case(look: UnitOfWork, case: Case, language: str) -> Told:
    row = one_case.status_link(look, case.id)
    return Told(
        said=_said(look, case, language),
        waiting=_waiting(look, case, language),
        left_out=_left_out(look, case, language),
        link=None if status_links.over(look, case) else status_links.link(look, case),
        closed=row is not None and row.revoked,
        confidential=case.process in look.library.confidential,
    )


#: Every page of a case asks it: made once.
_SAID = (
    select(Interaction.notice, Interaction.at)
    .where(Interaction.case_id == bindparam("case"), Interaction.notice.is_not(None))
    .order_by(Interaction.at.desc(), Interaction.id.desc())
    .limit(_MOST)
)


def _said(look: UnitOfWork, case: Case, language: str) -> tuple[Line, ...]:
    found = look.session.execute(_SAID, {"case": case.id})
    return tuple(Line(subject(look, case, str(event), language), at) for event, at in found)


def _waiting(look: UnitOfWork, case: Case, language: str) -> tuple[Line, ...]:
    theirs = [job for job in one_case.jobs(look, case.id) if job.kind in _CALLS and job.type == TYPE]
    waiting = [job for job in theirs if job.state == JobState.WAITING]
    return tuple(
        Line(
            subject(look, case, event_of(job) or "", language, job.payload["inputs"].get("values")),
            job.run_at,
            str(job.payload[WAITS][language]),
            job.id,
        )
        for job in sorted(waiting, key=lambda job: job.run_at)
        if WAITS in job.payload
    )


def _left_out(look: UnitOfWork, case: Case, language: str) -> tuple[Line, ...]:
    entries = [each for each in one_case.grounds(look, case.id) if each.what == one_case.NOT_TOLD]
    title, reason = ("title_en", "reason_en") if language == "en" else ("title", "reason")
    return tuple(
        Line(str(entry.particulars.get(title)), entry.at, str(entry.particulars.get(reason)))
        for entry in entries[: -_MOST - 1 : -1]
    )

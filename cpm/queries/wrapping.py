"""Before a case is wrapped up: what may be said of it, what is still to be done, and what was said before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cpm.bpmn.reading.properties import OUTCOMES, REASONS
from cpm.library import Bundle
from cpm.model import OPEN_TASKS, Case, Identifier, Suggestion, SuggestionState, Task, TaskState, WrapUp
from cpm.queries import follow_ups, people, suggestions, wording
from cpm.queries.follow_ups import Promised
from cpm.queries.suggestions import Decided, Offer
from cpm.uow import UnitOfWork

Choices = Sequence[tuple[str, str]]

_EARLIER, _STEPS = 50, 50  #: wrap-ups of before; steps that the reader has done since or still has
#: For processes that say nothing of their own: German, English.
_OUTCOMES = {
    "settled": ("geklärt", "settled"),
    "goes_on": ("geht weiter", "goes on"),
    "not_reached": ("niemanden erreicht", "nobody reached"),
    "handed_over": ("abgegeben", "handed over"),
}
_REASONS = {
    "question": ("Frage", "question"),
    "request": ("Auftrag oder Wunsch", "order or wish"),
    "complaint": ("Beschwerde", "complaint"),
    "change": ("Änderung", "change"),
    "other": ("anderes", "other"),
}


@dataclass(frozen=True, slots=True)
class Earlier:
    at: datetime
    who: str
    outcome: str
    reason: str
    summary: str
    task: int | None


@dataclass(frozen=True, slots=True)
class Wrapping:
    subject: str
    process: str
    outcomes: Choices
    reasons: Choices
    blocking: tuple[Offer, ...]  #: queued: accepted or declined before it is wrapped up
    open: tuple[Offer, ...]  #: suggested; left as they are, they count as passed over
    decided: tuple[Decided, ...]
    held: tuple[tuple[int, str], ...]  #: steps that the reader still has
    summary: str  #: what a summary may begin with
    phone: str | None
    promised: tuple[Promised, ...]  #: for later, and not done yet
    earlier: tuple[Earlier, ...]  #: newest first, _EARLIER at most


def of_case(uow: UnitOfWork, case: Case, language: str) -> Wrapping:
    bundle, users = uow.bundle(case), people.user_names(uow)
    pending = suggestions.pending(uow, case, language)
    rows = suggestions.of_case(uow, case)
    before = uow.session.scalars(
        select(WrapUp).where(WrapUp.case_id == case.id).order_by(WrapUp.id.desc()).limit(_EARLIER)
    ).all()
    phone = select(Identifier.value).where(
        Identifier.customer_id == case.customer_id, Identifier.kind == "phone", Identifier.valid_to.is_(None)
    )
    return Wrapping(
        subject=case.subject,
        process=wording.process_name(bundle, language),
        outcomes=outcomes(bundle, language),
        reasons=reasons(bundle, language),
        blocking=tuple(offer for offer in pending if offer.queued),
        open=tuple(offer for offer in pending if not offer.queued),
        decided=suggestions.decided(rows.values(), users, language),
        held=tuple(_held(uow, case, language)),
        summary=_begun(uow, case, rows, before, language),
        phone=uow.session.scalar(phone.order_by(Identifier.id).limit(1)),
        promised=tuple(one for one in follow_ups.of_case(uow, case) if one.state in OPEN_TASKS),
        earlier=tuple(told(bundle, before, users, language)),
    )


def outcomes(bundle: Bundle, language: str) -> Choices:
    return _choices(bundle, OUTCOMES, "outcomes", _OUTCOMES, language)


def reasons(bundle: Bundle, language: str) -> Choices:
    return _choices(bundle, REASONS, "reasons", _REASONS, language)


def told(
    bundle: Bundle, rows: Sequence[WrapUp], users: Mapping[str, str], language: str
) -> Iterator[Earlier]:
    """What has been said; a word that the process has no more stays as it was."""
    ways, whys = dict(outcomes(bundle, language)), dict(reasons(bundle, language))
    for row in rows:
        way, why = ways.get(row.outcome, row.outcome), whys.get(row.reason, row.reason)
        yield Earlier(row.at, users.get(row.by, row.by), way, why, row.summary, row.task_id)


def _choices(
    bundle: Bundle, name: str, table: str, usual: Mapping[str, tuple[str, str]], language: str
) -> Choices:
    listed = bundle.program.properties.get(name)
    if listed is None:
        return [(key, words[language == "en"]) for key, words in usual.items()]
    keys = dict.fromkeys(key.strip() for key in listed.split(","))
    return [(key, wording.table_word(bundle, table, key, language) or key) for key in keys]


def _held(uow: UnitOfWork, case: Case, language: str) -> Iterator[tuple[int, str]]:
    theirs = (Task.case_id == case.id) & (Task.assignee == uow.actor) & Task.state.in_(OPEN_TASKS)
    for task in uow.session.scalars(select(Task).where(theirs).order_by(Task.id).limit(_STEPS)):
        if not task.parked(uow.now):
            yield task.id, task.title(language)


def _begun(
    uow: UnitOfWork,
    case: Case,
    rows: Mapping[str, Suggestion],
    before: Sequence[WrapUp],
    language: str,
) -> str:
    """What the reader has done in the case since they wrapped it up last."""
    oldest = before[-1].at if len(before) == _EARLIER else case.opened_at
    since = next((row.at for row in before if row.by == uow.actor), oldest)
    done = (Task.case_id == case.id) & (Task.assignee == uow.actor) & (Task.state == TaskState.DONE)
    steps = uow.session.scalars(
        select(Task).where(done, Task.done_at > since).order_by(Task.done_at, Task.id).limit(_STEPS)
    )
    accepted = [
        row.title(language)
        for row in rows.values()
        if row.state == SuggestionState.ACCEPTED
        and row.decided_by == uow.actor
        and (row.decided_at or since) >= since
    ]
    titles = [*dict.fromkeys(task.title(language) for task in steps), *accepted]
    return f"{', '.join(titles)}." if titles else ""

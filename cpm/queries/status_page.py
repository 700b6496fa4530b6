"""What a customer sees of their case: how it stands, in words for them, and what they and we wrote to each other.

Nothing else is ever read here: no notes, no journal, no policies, nobody else's messages, nothing of other cases.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from cpm.channels.mail.replies import new_text
from cpm.errors import NotFound
from cpm.library import Bundle
from cpm.model import (
    OPEN_TASKS,
    Case,
    CaseState,
    Direction,
    Document,
    Identifier,
    Interaction,
    Task,
    TaskKind,
)
from cpm.queries import documents, wording
from cpm.queries.documents import is_held
from cpm.queries.status_links import Opened
from cpm.uow import UnitOfWork

#: Of a conversation that has no end, the latest.
MOST = 100
#: Ways by which customers themselves write to us; what we noted of a talk is ours.
_WRITTEN = ("email", "webform", "web", "chat")
#: Where a process has no words of its own.
_WORDS = {
    "working": ("Wir arbeiten daran.", "We are working on it."),
    "waiting": ("Wir warten auf Ihre Antwort.", "We are waiting for your answer."),
    "closed": (
        "Der Vorgang ist abgeschlossen. Wenn noch etwas offen ist, schreiben Sie uns hier.",
        "The case is closed. If anything is still open, write to us here.",
    ),
}


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    state: str  #: done, now, ahead


@dataclass(frozen=True, slots=True)
class File:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    at: datetime
    ours: bool
    subject: str
    text: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class StatusPage:
    number: str
    title: str
    subject: str
    state: str  #: working, waiting, closed
    sentence: str  #: what goes on
    by: datetime | None  #: until when we promised it; never a time that is over
    stages: tuple[Stage, ...]
    opened: datetime
    said: tuple[Said, ...]  #: the newest first
    more: bool  #: there is older than that
    files: tuple[File, ...]  #: that somebody of us has put here


def page(look: UnitOfWork, to: Opened, language: str) -> StatusPage:
    case, bundle = to.case, look.bundle(to.case)
    state = _state(case)
    here = _stage(look, bundle, case)
    promised = case.due_at if state == "working" and case.due_at and case.due_at > look.now else None
    said = _said(look, to)
    return StatusPage(
        number=case.number,
        title=_word(bundle, language, "title") or wording.process_name(bundle, language),
        subject=case.subject,
        state=state,
        sentence=_sentence(look, case, language, state, here),
        by=promised,
        stages=_stages(bundle, language, here, over=state == "closed"),
        opened=case.opened_at,
        said=said[:MOST],
        more=len(said) > MOST,
        files=tuple(File(one.id, one.name) for one in _released(look, to)),
    )


def document(look: UnitOfWork, to: Opened, document_id: int) -> Document:
    """A file that was put here, or that belongs to a message which the page shows; NotFound for any other. Refuses what may have a virus."""
    found = look.session.get(Document, document_id)
    if found is not None and found in _released(look, to):
        return found
    if found is None or found.case_id != to.case.id or found.interaction_id is None or found.removed_at:
        raise _no_file()
    if found.interaction_id not in {one.id for one in _messages(look, to)}:
        raise _no_file()
    documents.must_be_free(look, found)
    return found


def _released(look: UnitOfWork, to: Opened) -> list[Document]:
    """The newest first; what was found to do harm since it was put here is none of them."""
    shown = select(Document).where(
        Document.case_id == to.case.id,
        Document.released_at.is_not(None),
        Document.removed_at.is_(None),
        Document.risk.is_(None),
    )
    found = look.session.scalars(shown.options(joinedload(Document.content)).order_by(Document.id.desc()))
    return [one for one in found if not is_held(look.settings, one.content)]


def _no_file() -> NotFound:
    return NotFound("There is no such file here.", de="Diese Datei gibt es hier nicht.")


def _state(case: Case) -> str:
    if case.state == CaseState.CLOSED:
        return "closed"
    return "waiting" if case.awaits_reply else "working"


def _sentence(look: UnitOfWork, case: Case, language: str, state: str, here: str | None) -> str:
    """By the outcome, the stage, or what there is for all of this state; in words of ours if the process has none."""
    bundle = look.bundle(case)
    keys = {"closed": [f"closed.{case.outcome}"], "working": [here or ""], "waiting": [f"waiting.{here}"]}
    for key in (*keys[state], state):
        if text := _word(bundle, language, key):
            known = {"case_no": case.number, "due": case.due_at, "firm": look.settings.firm}
            return wording.filled(text, known, language, look.settings.zone)
    return _WORDS[state][language == "en"]


def _stages(bundle: Bundle, language: str, here: str | None, *, over: bool) -> tuple[Stage, ...]:
    """In the order of the texts; none if only one is public."""
    names = _public(bundle, language)
    if len(names) < 2 or (here is None and not over):
        return ()
    at = len(names) if over else list(names).index(here or "")
    states = ("done" if number < at else "now" if number == at else "ahead" for number in range(len(names)))
    return tuple(Stage(name, state) for name, state in zip(names.values(), states, strict=True))


def _public(bundle: Bundle, language: str) -> Mapping[str, str]:
    """Stage to its name: those that `[status]` has words for, or all if it has words for none."""
    named = bundle.texts.get(language, {}).get("stages", {})
    own = bundle.texts.get(language, {}).get("status", {})
    return {key: str(name) for key, name in named.items() if key in own or not own.keys() & named.keys()}


def _stage(look: UnitOfWork, bundle: Bundle, case: Case) -> str | None:
    """Of the step that is open, else of the last that was; the latest that is public."""
    public = _public(bundle, case.language)
    steps = select(Task.element, Task.state).where(Task.case_id == case.id, Task.kind == TaskKind.STEP)
    found = look.session.execute(steps.order_by(Task.id.desc()).limit(MOST)).all()
    open_first = sorted(
        found, key=lambda row: row.state not in OPEN_TASKS
    )  # stable: the latest first of each
    for row in open_first:
        element = bundle.program.elements.get(row.element or "")
        stage = element.properties.get("cpm:stage") if element else None
        if stage in public:
            return stage
    return next(iter(public), None)


def _said(look: UnitOfWork, to: Opened) -> tuple[Said, ...]:
    messages = _messages(look, to)
    ids = [one.id for one in messages]
    files: dict[int | None, list[File]] = {}
    rows = select(Document.id, Document.name, Document.interaction_id).where(
        Document.interaction_id.in_(ids), Document.removed_at.is_(None)
    )
    for number, name, interaction in look.session.execute(rows.order_by(Document.id)):
        files.setdefault(interaction, []).append(File(number, name))
    ours = re.compile(rf"{re.escape(look.settings.http_url)}/[so]/\S+")
    return tuple(_line(one, tuple(files.get(one.id, ())), ours) for one in messages)


def _line(one: Interaction, files: tuple[File, ...], links: re.Pattern[str]) -> Said:
    ours = one.direction == Direction.OUT
    text = one.text if ours and one.notice else new_text(one.text)
    return Said(one.at, ours, one.subject, _without(links, text), files)


def _without(links: re.Pattern[str], text: str) -> str:
    """Links of ours would let whoever found this page do more than read it: opt out, or look at another one."""
    lines = (
        line for line in text.split("\n") if not (links.search(line) and line.rstrip()[-1:] not in ".!?")
    )
    return links.sub("…", "\n".join(lines)).strip()


def _messages(look: UnitOfWork, to: Opened) -> list[Interaction]:
    """What this recipient wrote or was sent in this case, and nobody else: the newest first, one more than are shown."""
    theirs = _own_addresses(look, to)
    rows = (
        select(Interaction)
        .where(Interaction.case_id == to.case.id)
        .where((Interaction.direction == Direction.OUT) | Interaction.automatic.is_(None))
        .order_by(Interaction.id.desc())
        .limit(10 * MOST)
    )
    found = [one for one in look.session.scalars(rows) if _is_theirs(one, theirs)]
    return found[: MOST + 1]


def _is_theirs(one: Interaction, theirs: frozenset[str]) -> bool:
    if one.direction == Direction.IN:
        return one.channel in _WRITTEN and one.sender.lower() in theirs
    written = one.channel in _WRITTEN or one.notice is not None
    return written and not theirs.isdisjoint(address.lower() for address in one.recipients)


def _own_addresses(look: UnitOfWork, to: Opened) -> frozenset[str]:
    """The recipient's own; of the case's customer, all that are theirs alone."""
    own = {to.recipient.lower()}
    theirs = select(Identifier.value).where(
        Identifier.customer_id == to.case.customer_id, Identifier.identifying
    )
    known = {value.lower() for value in look.session.scalars(theirs)}
    return frozenset(own | known if to.recipient.lower() in known else own)


def _word(bundle: Bundle, language: str, key: str) -> str:
    return str(bundle.texts.get(language, {}).get("status", {}).get(key, ""))

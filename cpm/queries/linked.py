"""The cases that a case belongs together with, what became of joining them, and the customer's other open cases."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from cpm.case_numbers import case_number
from cpm.model import Case, CaseLink, CaseState, Direction, Interaction
from cpm.model.case_link import UNDONE_WITHIN
from cpm.queries import access, journal, link_words, one_case, wording
from cpm.uow import UnitOfWork

_MOST, _BEGINNING = 100, 160
_LATELY = 10  #: entries of a journal; among so many there is one that says what happened


@dataclass(frozen=True, slots=True)
class Linked:
    id: int
    kind: str
    words: str  #: what stands between this case and the other one
    case: str  #: the other one's number
    subject: str
    state: str
    outcome: str | None
    why: str
    at: datetime
    by: str
    undone: datetime | None
    until: datetime | None  #: it can be undone before that; None: not any more
    ended: str | None  #: the other one's outcome in words


@dataclass(frozen=True, slots=True)
class Open:
    """An open case that a new message may go on in."""

    case: str
    subject: str
    process: str
    opened: datetime
    last: str  #: what happened last in it
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Came:
    """A message of the customer that a new case could begin with."""

    id: int
    at: datetime
    subject: str
    text: str  #: its beginning


@dataclass(frozen=True, slots=True)
class Told:
    """What an act wrote, or would write, into the journal of a case."""

    case: str
    sentences: tuple[str, ...]


#: Every page of a case asks them: made once.
_LINKS = (
    select(CaseLink)
    .where(or_(CaseLink.case_id == bindparam("case"), CaseLink.other_id == bindparam("case")))
    .order_by(CaseLink.id.desc())
    .limit(_MOST)
)
_ALSO_OPEN = (
    select(Case.id, Case.subject)
    .where(Case.customer_id == bindparam("customer"), Case.state == CaseState.OPEN)
    .where(Case.id != bindparam("case"))
    .order_by(Case.id.desc())
    .limit(10)
)


def of_case(look: UnitOfWork, case: Case, language: str) -> list[Linked]:
    """The newest first; those with cases that the reader may not see are left out."""
    lines: list[Linked] = []
    if not one_case.has(look, case.id, CaseLink):
        return lines
    found = look.session.scalars(_LINKS, {"case": case.id})
    for link in found:
        back = link.other_id == case.id
        other = look.get(Case, link.case_id if back else link.other_id)
        if access.sees(look, other, api=True):
            lines.append(
                _line(look, link, other, link_words.seen_from(link.kind, language, other=back), language)
            )
    return lines


def open_of_customer(
    look: UnitOfWork, customer_id: int, language: str, *, process: str | None = None
) -> list[Open]:
    """The newest first, of one process or all; those that the reader may not see are left out."""
    theirs = select(Case).where(Case.customer_id == customer_id, Case.state == CaseState.OPEN)
    if process is not None:
        theirs = theirs.where(Case.process == process)
    query = access.visible(look, theirs.order_by(Case.opened_at.desc(), Case.id.desc()).limit(10), api=True)
    return [_open(look, case, language) for case in look.session.scalars(query)]


def also_open(look: UnitOfWork, case: Case) -> list[tuple[str, str]]:
    """Number and subject of the customer's other open cases, the newest first."""
    if not one_case.has(look, case.id, Case):
        return []
    query = _ALSO_OPEN if access.sees_all(look, api=True) else access.visible(look, _ALSO_OPEN, api=True)
    found = look.session.execute(query, {"case": case.id, "customer": case.customer_id})
    return [(case_number(number), subject) for number, subject in found]


def came(look: UnitOfWork, case: Case) -> list[Came]:
    """The newest ones, the oldest of them first."""
    inward = (Interaction.case_id == case.id) & (Interaction.direction == Direction.IN)
    found = select(Interaction).where(inward).order_by(Interaction.id.desc()).limit(_MOST)
    return [
        Came(each.id, each.at, each.subject, " ".join(each.text.split())[:_BEGINNING])
        for each in reversed(look.session.scalars(found).all())
    ]


def told(uow: UnitOfWork, language: str) -> list[Told]:
    """What a command has written so far, case by case in the order in which they were concerned."""
    uow.session.flush()
    found = []
    for case_id in dict.fromkeys(entry["case_id"] for entry in uow.journal):
        case = uow.get(Case, case_id)
        own = [entry for entry in uow.journal if entry["case_id"] == case_id]
        said = [each.sentence for each in journal.told(uow, case, own, language) if each.what not in _ASIDE]
        found.append(Told(case.number, tuple(said)))
    return found


#: How team and time were decided is no news to who joins cases.
_ASIDE = frozenset({"case.steered", "decision.made"})


def _line(look: UnitOfWork, link: CaseLink, other: Case, words: str, language: str) -> Linked:
    until = link.made_at + UNDONE_WITHIN
    may = link.undone_at is None and look.now <= until
    ended = other.outcome and wording.table_word(look.bundle(other), "outcomes", other.outcome, language)
    return Linked(
        link.id,
        link.kind.value,
        words,
        other.number,
        other.subject,
        other.state.value,
        other.outcome,
        link.why,
        link.made_at,
        link.made_by,
        link.undone_at,
        until if may else None,
        ended,
    )


def _open(look: UnitOfWork, case: Case, language: str) -> Open:
    lately = journal.journal(look, case.id, language, latest=_LATELY).entries
    entries = [each for each in lately if each.what not in _ASIDE]
    sentence = entries[-1].sentence if entries else ""
    at = entries[-1].at if entries else case.opened_at
    return Open(case.number, case.subject, case.process, case.opened_at, sentence, at)

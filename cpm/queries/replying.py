"""What it needs to write on a case: whom one may write to, what came meanwhile, what has been sent already."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from cpm.model import (
    Case,
    Direction,
    Identifier,
    Incident,
    IncidentState,
    Interaction,
    MailAddress,
    Reply,
    ReplyState,
    Sending,
    User,
)
from cpm.queries import one_case
from cpm.uow import UnitOfWork

_EMAIL = "email"
_MOST_REFERENCES = 10
_MOST_SAID = 50  #: mails of a case that are looked at for addresses
_OPEN = (
    select(Reply, User.name, Incident.id)
    .join(User, User.login == Reply.author)
    .outerjoin(Incident, (Incident.job_id == Reply.job_id) & (Incident.state == IncidentState.OPEN))
    .where(Reply.case_id == bindparam("case"), Reply.state != ReplyState.SENT)
    .order_by(Reply.id)
)
#: A mail of the last minutes is told to who writes the next one.
LATELY = timedelta(minutes=15)
#: A draft that nobody has touched for so long is nobody's work of today.
_FRESH = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Drafting:
    """Somebody else is writing on the same case."""

    name: str
    since: datetime
    changed: datetime


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A message that is leaving, has failed, or was just sent."""

    id: int
    author: str
    to: str
    subject: str
    text: str
    state: str
    sent_off: datetime
    why: str | None
    incident: int | None  #: open, of one that failed
    may_take_back: bool


def last_seen(look: UnitOfWork, case_id: int) -> int:
    """The last interaction of the case; 0 for none."""
    last = select(Interaction.id).where(Interaction.case_id == case_id).order_by(Interaction.id.desc())
    return look.session.scalar(last.limit(1)) or 0


def news(look: UnitOfWork, case_id: int, seen: int) -> Sequence[Interaction]:
    """What people wrote or said on the case since, the oldest first."""
    since = select(Interaction).where(
        Interaction.case_id == case_id,
        Interaction.id > seen,
        Interaction.direction == Direction.IN,
        Interaction.automatic.is_(None),
    )
    return look.session.scalars(since.order_by(Interaction.id)).all()


def references(look: UnitOfWork, reply: Reply) -> list[str]:
    """The Message-IDs of the conversation up to what is answered, which comes last; none for what answers nothing."""
    if reply.answers_id is None:
        return []
    keys = select(Interaction.message_key).where(
        Interaction.case_id == reply.case_id,
        Interaction.id <= reply.answers_id,
        Interaction.channel == _EMAIL,
        Interaction.message_key.startswith("<"),
    )
    found = look.session.scalars(keys.order_by(Interaction.id.desc()).limit(_MOST_REFERENCES))
    return list(found)[::-1]


def addresses(look: UnitOfWork, case: Case) -> tuple[str, ...]:
    """Whom one may know from the case: the customer's addresses, then who wrote or was written to; the latest first."""
    theirs = select(Identifier.value).where(
        Identifier.customer_id == case.customer_id, Identifier.kind == _EMAIL, Identifier.valid_to.is_(None)
    )
    said = select(Interaction.sender, Interaction.recipients).where(
        Interaction.case_id == case.id, Interaction.channel == _EMAIL
    )
    lately = look.session.execute(said.order_by(Interaction.id.desc()).limit(_MOST_SAID))
    taking_part = [each for sender, others in lately for each in (sender, *others)]
    return without(ours(look), (*look.session.scalars(theirs.order_by(Identifier.id)), *taking_part))


def without(left_out: Collection[str], given: Iterable[str]) -> tuple[str, ...]:
    """Each address once, lower case, but for our own."""
    found = dict.fromkeys(each.lower() for each in given if "@" in each)
    return tuple(each for each in found if not is_ours(each, left_out))


def ours(look: UnitOfWork) -> frozenset[str]:
    """Where our mail comes in: what is sent there comes back."""
    return frozenset({look.settings.mail_from.lower(), *look.session.scalars(select(MailAddress.address))})


def is_ours(address: str, known: Collection[str]) -> bool:
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in known


def unreachable(look: UnitOfWork, given: Collection[str]) -> list[tuple[str, str]]:
    """Those of them from which mail came back, each with the reason."""
    dead = select(Identifier.value, Identifier.unreachable_why).where(
        Identifier.kind == _EMAIL,
        Identifier.value.in_([each.lower() for each in given]),
        Identifier.unreachable_at.is_not(None),
    )
    return [(value, why or "") for value, why in look.session.execute(dead)] if given else []


def written_lately(look: UnitOfWork, given: Collection[str]) -> datetime | None:
    """When one of them was last written to by us, if that was only just now."""
    last = select(Sending.at).where(
        Sending.address.in_([each.lower() for each in given]), Sending.at > look.now - LATELY
    )
    return look.session.scalar(last.order_by(Sending.at.desc()).limit(1)) if given else None


def others(look: UnitOfWork, case_id: int) -> tuple[Drafting, ...]:
    """Who else is writing."""
    theirs = [
        Drafting(name, reply.begun_at, reply.changed_at)
        for reply, name, _ in _rows(look, case_id, ReplyState.DRAFT)
        if reply.author != look.actor and reply.changed_at > look.now - _FRESH
    ]
    return tuple(sorted(theirs, key=lambda each: each.since))


def is_drafting(look: UnitOfWork, case_id: int) -> bool:
    """Whether the actor is."""
    return any(reply.author == look.actor for reply, *_ in _rows(look, case_id, ReplyState.DRAFT))


def of_case(look: UnitOfWork, case_id: int) -> tuple[ReplyLine, ...]:
    """What is on its way or failed; what has arrived stands among the messages."""
    return tuple(_line(look, *row) for row in _rows(look, case_id, ReplyState.LEAVING, ReplyState.FAILED))


def _rows(look: UnitOfWork, case_id: int, *states: ReplyState) -> list[Any]:
    """Those that have not arrived, each with its author's name and its open incident."""
    if not one_case.has(look, case_id, Reply):
        return []
    found = one_case.once(look, _rows, case_id, lambda: look.session.execute(_OPEN, {"case": case_id}).all())
    return [row for row in found if row[0].state in states]


def _line(look: UnitOfWork, reply: Reply, name: str, incident: int | None) -> ReplyLine:
    job = reply.job
    fresh = job is not None and job.attempts == 0 and reply.state == ReplyState.LEAVING
    return ReplyLine(
        id=reply.id,
        author=name,
        to=", ".join(filter(None, (reply.to, reply.cc))),
        subject=reply.subject,
        text=reply.whole_text,
        state=reply.state.value,
        sent_off=reply.sent_at or reply.changed_at,
        why=reply.why,
        incident=incident,
        may_take_back=fresh and reply.author == look.actor,
    )

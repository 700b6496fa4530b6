"""A mailbox while it is fetched: whose turn it is, how far we have read, and what would not come.

A message and how far we have read are written in one transaction, before anything happens to the message on its server:
whoever is killed in between fetches it once more, and the same bytes are the same arrival.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, or_, select, update

from cpm.commands import interactions
from cpm.errors import Conflict
from cpm.model import Arrival, Mailbox, MailboxState, Unfetched
from cpm.uow import UnitOfWork

#: A process that has not renewed by then is taken for dead.
LEASE = timedelta(seconds=60)
#: Between two attempts at a mailbox that fails, or a message that does not come; the last one repeats.
_WAITS = tuple(timedelta(seconds=seconds) for seconds in (15, 60, 300, 900))


class LeaseLost(Conflict):
    """Somebody else fetches this mailbox by now, or it is paused or gone."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A mailbox in the hands of one process, for as long as the token holds."""

    mailbox_id: int
    name: str
    token: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far we have read, and what is to be tried again now."""

    last_uid: int
    settled_uid: int
    again: tuple[int, ...]  #: uids that would not come and are due
    kept_back: frozenset[int]  #: uids that we do not have: nothing is done to them on the server


def due(look: UnitOfWork) -> list[int]:
    """The mailboxes that somebody may look into now, those that have waited longest first."""
    return list(look.session.scalars(select(Mailbox.id).where(*_free(look.now)).order_by(Mailbox.due_at)))


def lease(uow: UnitOfWork, mailbox_id: int, worker: str) -> Turn | None:
    """Take a turn; None if somebody else was faster."""
    token = uuid4().hex
    taken = update(Mailbox).where(Mailbox.id == mailbox_id, *_free(uow.now))
    given = {"token": token, "leased_by": worker, "leased_until": uow.now + LEASE}
    name = uow.session.scalar(taken.values(given).returning(Mailbox.name))
    return None if name is None else Turn(mailbox_id, name, token)


def renew(uow: UnitOfWork, turn: Turn) -> None:
    """We are alive; LeaseLost if it is not ours any more."""
    _ours(uow, turn)


def release(uow: UnitOfWork, turn: Turn, *, after: timedelta) -> None:
    """The next turn comes in this time."""
    box = _ours(uow, turn)
    box.token, box.leased_until = None, None
    box.due_at = uow.now + after


def progress(uow: UnitOfWork, turn: Turn, uid_validity: int) -> Progress:
    """Where to go on. After a new UIDVALIDITY from the beginning: what we have is known by its bytes."""
    box = _ours(uow, turn)
    if box.uid_validity != uid_validity:
        uow.session.execute(delete(Unfetched).where(Unfetched.mailbox_id == box.id))
        box.uid_validity, box.last_uid, box.settled_uid = uid_validity, 0, 0
    missing = uow.session.scalars(select(Unfetched).where(Unfetched.mailbox_id == box.id)).all()
    again = tuple(one.uid for one in missing if one.due_at is not None and one.due_at <= uow.now)
    return Progress(box.last_uid, box.settled_uid, again, frozenset(one.uid for one in missing))


def took(uow: UnitOfWork, turn: Turn, uid: int, raw: bytes) -> Arrival:
    """Store a message."""
    box = _ours(uow, turn)
    arrival = interactions.store(uow, raw, process=box.process, mailbox=box.name)
    _passed(uow, box, uid)
    return arrival


def took_beginning(uow: UnitOfWork, turn: Turn, uid: int, raw: bytes, *, size: int, limit: int) -> None:
    """Of a message that is too large. It stays where it is, and is tried again only if somebody asks for that."""
    box = _ours(uow, turn)
    mega = 1_000_000
    reason = (
        f"The message has {size / mega:.0f} MB, and no more than {limit / mega:.0f} MB are taken. "
        f"It lies in mailbox {box.name}, folder {box.folder}, with the number (UID) {uid}."
    )
    arrival = interactions.store_beginning(
        uow, raw, size=size, reason=reason, process=box.process, mailbox=box.name
    )
    missing = _missing(uow, box, uid, reason)
    missing.arrival_id, missing.due_at = arrival.id, None


def could_not(uow: UnitOfWork, turn: Turn, uid: int, reason: str) -> None:
    """Go on past a message that does not come; it is tried again later."""
    box = _ours(uow, turn)
    missing = _missing(uow, box, uid, reason)
    missing.due_at = uow.now + _wait(missing.attempts)


def gone(uow: UnitOfWork, turn: Turn, uid: int) -> None:
    """Somebody has deleted or moved it before we had it, or it is older than what we read."""
    _passed(uow, _ours(uow, turn), uid)


def settled(uow: UnitOfWork, turn: Turn, uid: int) -> None:
    """What is done on the server with messages that we have is done up to this one."""
    box = _ours(uow, turn)
    box.settled_uid = max(box.settled_uid, uid)


def seen(uow: UnitOfWork, turn: Turn, *, waiting: int, since: datetime | None) -> None:
    """How many messages lie on the server that we do not have."""
    box = _ours(uow, turn)
    box.waiting, box.waiting_since = waiting, since if waiting else None


def succeeded(uow: UnitOfWork, turn: Turn) -> None:
    box = _ours(uow, turn)
    box.succeeded_at, box.waiting, box.waiting_since = uow.now, 0, None
    box.failing_since, box.failure, box.failure_de, box.failures = None, None, None, 0


def failed(uow: UnitOfWork, turn: Turn, *, english: str, german: str) -> Mailbox:
    """Give the turn back; the next attempt comes later each time."""
    box = _ours(uow, turn)
    box.failing_since = box.failing_since or uow.now
    box.failures += 1
    box.failure, box.failure_de = english, german
    box.token, box.leased_until = None, None
    box.due_at = uow.now + _wait(box.failures)
    return box


def _free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    nobody = or_(Mailbox.leased_until.is_(None), Mailbox.leased_until < now)
    return Mailbox.state == MailboxState.ACTIVE, Mailbox.due_at <= now, nobody


def _ours(uow: UnitOfWork, turn: Turn) -> Mailbox:
    """The mailbox, locked; each step of a turn renews its lease."""
    query = select(Mailbox).where(Mailbox.id == turn.mailbox_id, Mailbox.token == turn.token)
    box = uow.session.scalar(query.with_for_update(key_share=True))
    if box is None:
        raise LeaseLost(f"Expected to fetch mailbox {turn.name}, but somebody else does so by now")
    box.leased_until = uow.now + LEASE
    return box


def _passed(uow: UnitOfWork, box: Mailbox, uid: int) -> None:
    box.last_uid = max(box.last_uid, uid)
    uow.session.execute(delete(Unfetched).where(*_this(box, uid)))


def _missing(uow: UnitOfWork, box: Mailbox, uid: int, reason: str) -> Unfetched:
    found = uow.session.scalar(select(Unfetched).where(*_this(box, uid)))
    if found is None:
        assert box.uid_validity is not None, "progress has been asked for"
        found = Unfetched(
            mailbox_id=box.id, uid_validity=box.uid_validity, uid=uid, attempts=0, since=uow.now
        )
        uow.session.add(found)
    found.reason, found.attempts = reason, found.attempts + 1
    box.last_uid = max(box.last_uid, uid)
    return found


def _this(box: Mailbox, uid: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Unfetched.mailbox_id == box.id,
        Unfetched.uid_validity == box.uid_validity,
        Unfetched.uid == uid,
    )


def _wait(attempts: int) -> timedelta:
    """Between half of the wait that is due and all of it, so that a herd does not come back at once."""
    return _WAITS[min(attempts, len(_WAITS)) - 1] * random.uniform(0.5, 1)  # noqa: S311 - no secret

"""The buffer of messages: each is kept for its time to live, handed to a case of each process that waits, and counts once.

As in Zeebe (docs.camunda.io, "Messages"): one message is correlated once per process, whatever its version; a start
message whose key has opened a case waits until that case is closed. Whichever comes first, message or wait: both look
for the other when their transaction ends (`meet`), and a job brings them together.

Locks are taken in this order: the message, its case, the start with its key; the keys' own come last of all.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, exists, select, text
from sqlalchemy.dialects import postgresql, sqlite

from cpm import bpmn
from cpm.commands import circles
from cpm.errors import Invalid
from cpm.model import Case, Job, JobKind, JobState, Message, MessageTaker, Wait, WaitKind
from cpm.model.message import ENGINES_MESSAGES, OVER, REACH
from cpm.queries import starting
from cpm.uow import UnitOfWork

#: How long a message waits to be taken, unless its sender says otherwise.
TIME_TO_LIVE = timedelta(days=7)
LONGEST_TO_LIVE = timedelta(days=90)
#: How long its unique id is known at least, so that what is sent again counts once.
KNOWN_FOR = timedelta(days=7)
#: How much longer a message waits, again and again, while what would take it is suspended.
_PROLONGED = timedelta(hours=1)
_AT_A_TIME = 100  #: forgotten with each one that comes
_LOCKS = 1024  #: keys share them: PostgreSQL has room for some thousands, and a step may begin 10,000 waits
_LOCK = text("SELECT pg_advisory_xact_lock(12, number) FROM unnest(CAST(:locks AS integer[])) AS number")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message on its way."""

    name: str
    key: str
    unique_id: str
    payload: Mapping[str, Any]
    sender: str = ""
    customer_id: int | None = None
    to_live: timedelta = TIME_TO_LIVE
    reach: int = REACH


def accept(uow: UnitOfWork, sent: Sent) -> tuple[Message, bool]:
    """The message as a row, and whether it is new; waits for another command that is just accepting the same."""
    expires = uow.now + sent.to_live
    row = {
        "sender": sent.sender,
        "name": sent.name,
        "key": sent.key,
        "unique_id": sent.unique_id,
        "payload": dict(sent.payload),
        "customer_id": sent.customer_id,
        "received_at": uow.now,
        "expires_at": expires,
        "forget_at": max(expires, uow.now + KNOWN_FOR),
        "unread": False,
        "reach": sent.reach,
    }
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    unique = ["sender", "name", "unique_id"]
    insert = dialect.insert(Message).values(row).on_conflict_do_nothing(index_elements=unique)
    made: Message | None = uow.session.scalar(insert.returning(Message))
    if made is None:
        known = select(Message).where(*(getattr(Message, column) == row[column] for column in unique))
        return uow.session.scalars(known).one(), False
    return made, True


def forget_old(uow: UnitOfWork) -> None:
    """Some whose time is over, so that the table does not grow."""
    old = (
        select(Message.id).where(Message.forget_at <= uow.now, text(f"({OVER})")).order_by(Message.forget_at)
    )
    old = old.limit(_AT_A_TIME).with_for_update(skip_locked=True)
    forget = delete(Message).where(Message.id.in_(old))
    uow.session.execute(forget, execution_options={"synchronize_session": False})


def send(uow: UnitOfWork, case: Case, sent: bpmn.Sent, *, among: int) -> None:
    """What a case's process sends, one of so many; others have it right after this command.

    Cases that it opens are this customer's.
    """
    if sent.message in ENGINES_MESSAGES:  # its name was computed, or deploying would have said so
        raise Invalid(
            f"Expected {sent.element} to send a message of its own, but only the engine says {sent.message}",
            de=f"Die Nachricht {sent.message} gibt nur das System selbst, kein Prozess.",
        )
    message, new = accept(
        uow,
        Sent(
            sent.message,
            sent.key,
            f"{sent.node}/{sent.message}",
            sent.variables,
            sender=f"case/{case.id}",
            customer_id=case.customer_id,
            reach=circles.share(uow, among),
        ),
    )
    if new:
        keep(uow, message)


def keep(uow: UnitOfWork, message: Message) -> None:
    """Nobody has taken it yet: it will be handed out while it lives, and the team of the case that its key names told if nobody does."""
    if message.expires_at <= uow.now:
        unread(message)  # the sender did not want it to wait
        return
    key = f"message/{message.id}/expired"
    uow.session.add(_job(key, {"message": message.id}, message.expires_at, JobState.WAITING))
    uow.kept.append(message)


def prolong(uow: UnitOfWork, message: Message) -> None:
    """Its time is over, but who would have it stands still: that is not the sender's fault."""
    message.expires_at = uow.now + _PROLONGED
    message.forget_at = max(message.forget_at, message.expires_at)
    keep(uow, message)


def taken(uow: UnitOfWork, message: Message, case: Case) -> None:
    """The case's process has it now; others may still take it, but what the engine itself says is for one case alone."""
    uow.session.add(MessageTaker(message_id=message.id, process=case.process, case_id=case.id))
    message.delivered_at = message.delivered_at or uow.now
    message.reach //= 10
    if message.name in ENGINES_MESSAGES:
        message.expires_at, message.payload = uow.now, {}
    if message.expires_at > uow.now:
        uow.kept.append(message)


def unread(message: Message) -> None:
    """Its time has passed, and nobody took it: only that it came is still of interest."""
    message.unread, message.payload = True, {}


def not_taken_by(process: Any) -> ColumnElement[bool]:
    """No case of this process has had the message."""
    taken = exists().where(MessageTaker.message_id == Message.id, MessageTaker.process == process)
    return ~taken.correlate_except(MessageTaker)


def meet(uow: UnitOfWork) -> None:
    """At the end of a transaction: what it began to wait for may be there already, and what it kept may be waited for.

    One of two that meet just now commits last. It has queued behind the other for their key, and sees it here.
    """
    if not (uow.begun or uow.kept or uow.freed):
        return
    uow.session.flush()
    _queue(uow, {wait.key for wait in uow.begun} | {m.key for m in uow.kept} | {key for _, key in uow.freed})
    _meet_begun(uow)
    _meet_kept(uow)
    for process, key in uow.freed:
        _meet_freed(uow, process, key)


def _queue(uow: UnitOfWork, keys: Collection[str]) -> None:
    """Behind others who wait or send with these keys and have not committed; on SQLite writers queue anyway."""
    if uow.session.get_bind().dialect.name != "postgresql":
        return
    locks = {int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) % _LOCKS for key in keys if key}
    if locks:
        uow.session.execute(_LOCK, {"locks": sorted(locks)})


def _meet_begun(uow: UnitOfWork) -> None:
    ids = [wait.id for wait in uow.begun]
    there = exists().where(
        Message.name == Wait.message,
        Message.key == Wait.key,
        Message.expires_at > uow.now,
        not_taken_by(Wait.process),
    )
    for wait in uow.session.scalars(select(Wait).where(Wait.id.in_(ids), there)) if ids else ():
        key, told = f"wait/{wait.case_id}/{wait.node}", {"wait": wait.id}
        uow.session.add(_job(key, told, uow.now, JobState.READY))


def _meet_kept(uow: UnitOfWork) -> None:
    ids = [message.id for message in uow.kept]
    wanted = exists().where(
        Wait.kind == WaitKind.MESSAGE,
        Wait.message == Message.name,
        Wait.key == Message.key,
        not_taken_by(Wait.process),
    )
    found = set(uow.session.scalars(select(Message.id).where(Message.id.in_(ids), wanted))) if ids else set()
    begun = {name: starting.by_message(uow, name) for name in {message.name for message in uow.kept}}
    for message in uow.kept:
        if message.id in found or starting.free(uow, message, begun[message.name]):
            again(uow, message)


def _meet_freed(uow: UnitOfWork, process: str, key: str) -> None:
    """A case with this key was closed: the next message may open one."""
    names = {start.message for start in starting.starts_of(uow, process) if start.message} - ENGINES_MESSAGES
    if not names:
        return
    following = (
        select(Message)
        .where(Message.name.in_(names), Message.key == key, Message.expires_at > uow.now)
        .where(Message.customer_id.is_not(None), not_taken_by(process))
        .order_by(Message.id)
        .limit(1)
    )
    if (message := uow.session.scalar(following)) is not None:
        again(uow, message)


def again(uow: UnitOfWork, message: Message) -> None:
    """Right after this command, in a transaction of its own: none locks two cases."""
    key = f"message/{message.id}/{uuid4().hex}"  # one that is there already may run before this command ends
    uow.session.add(_job(key, {"message": message.id}, uow.now, JobState.READY))


def _job(key: str, told: Mapping[str, Any], run_at: datetime, state: JobState) -> Job:
    kind = JobKind.MESSAGE
    return Job(kind=kind, queue="intake", key=key, state=state, run_at=run_at, payload=dict(told))

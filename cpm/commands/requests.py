"""What a program asks twice under one key is done once: the second time it gets the first answer.

The key is taken, the command done and its answer kept in one transaction. So there is never an answer without its
effect, nor an effect without its answer; and a request that was refused changed nothing and may simply come again.
"""

import hashlib
from datetime import timedelta

from sqlalchemy import delete, func, select

from cpm.errors import Conflict, Invalid
from cpm.model import Request
from cpm.uow import UnitOfWork

#: How long an answer is kept.
KEPT = timedelta(hours=24)
_SEE_OTHER = 303
_AT_A_TIME = 100  #: forgotten with each one that is kept, so that the table does not grow


class StillRunning(Conflict):
    """The first request under this key is not done yet."""


def fingerprint(*parts: bytes) -> str:
    """Of what was asked; parts cannot run into each other."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def find(uow: UnitOfWork, key: str, asked: str) -> Request | None:
    """The answer to the same request before. If there is none, the key is ours until the transaction ends.

    StillRunning if somebody else is at it just now; Invalid if something else was asked under this key.
    """
    if not _take(uow, key):
        raise StillRunning(
            "Expected the first request with this Idempotency-Key to be done, but it is still running",
            de="Die erste Anfrage mit diesem Idempotency-Key läuft noch.",
        )
    query = select(Request).where(Request.login == uow.actor, Request.key == key)
    found = uow.session.scalar(query)
    if found is not None and found.created_at <= uow.now - KEPT:
        uow.session.delete(found)
        uow.session.flush()
        return None
    if found is not None and found.fingerprint != asked:
        said = "was used for another request"
        raise Invalid(
            f"Expected an Idempotency-Key of its own for each request, but this one {said}",
            [("Idempotency-Key", said)],
            de="Jede Anfrage braucht einen eigenen Idempotency-Key.",
        )
    return found


def keep(
    uow: UnitOfWork,
    key: str,
    asked: str,
    *,
    status: int,
    media_type: str,
    location: str | None,
    body: bytes,
) -> Request:
    made = Request(
        login=uow.actor,
        key=key,
        fingerprint=asked,
        status=status,
        media_type=media_type,
        location=location,
        body=body,
        created_at=uow.now,
    )
    uow.session.add(made)
    forget(uow)
    return made


def _take(uow: UnitOfWork, key: str) -> bool:
    """False if another transaction has it. On SQLite writers queue anyway."""
    if uow.session.get_bind().dialect.name != "postgresql":
        return True
    ours = func.hashtextextended(f"request\x1f{uow.actor}\x1f{key}", 0)
    return bool(uow.session.scalar(select(func.pg_try_advisory_xact_lock(ours))))


def mark(uow: UnitOfWork, key: str, asked: str, *, login: str | None = None) -> Request:
    """Note that a page's request is done, by `login` or the actor. Its answer is made anew each time, for a person wants to see what is so now."""
    made = Request(
        login=login or uow.actor,
        key=key,
        fingerprint=asked,
        status=_SEE_OTHER,
        media_type="",
        location=None,
        body=b"",
        created_at=uow.now,
    )
    uow.session.add(made)
    return made


def done(look: UnitOfWork, key: str, asked: str) -> bool:
    """Whether it was just this that was asked under the key, and done."""
    query = select(Request.fingerprint).where(Request.login == look.actor, Request.key == key)
    return look.session.scalar(query) == asked


def forget(uow: UnitOfWork) -> None:
    """Some whose time is over; those that another command is just forgetting are left to it."""
    old = (
        select(Request.id)
        .where(Request.created_at <= uow.now - KEPT)
        .order_by(Request.created_at)
        .limit(_AT_A_TIME)
        .with_for_update(skip_locked=True)
    )
    uow.session.execute(
        delete(Request).where(Request.id.in_(old)), execution_options={"synchronize_session": False}
    )

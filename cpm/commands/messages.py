"""Messages that came before their wait: keep them, and let them meet. Those that were delivered count once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from cpm.case_numbers import case_id
from cpm.errors import Invalid
from cpm.model import Job, JobKind, JobState, Message, Wait
from cpm.uow import UnitOfWork

#: How long a message waits for its wait, and how long we know that we had it.
TIME_TO_LIVE = timedelta(days=7)
#: A wait that was being written while its message was kept can be seen by then.
_LOOK_AGAIN = timedelta(seconds=1)
_AT_A_TIME = 100  #: forgotten with each one that is delivered


def seen(uow: UnitOfWork, name: str, unique_id: str) -> Message | None:
    """The same message, if it came before, delivered or not."""
    query = select(Message).where(Message.name == name, Message.unique_id == unique_id)
    return uow.session.scalar(query)


def keep(uow: UnitOfWork, name: str, key: str, unique_id: str, payload: Mapping[str, Any]) -> None:
    message = _add(uow, name, key, unique_id, payload)
    uow.session.add(_handing_over(message, "again", uow.now + _LOOK_AGAIN))
    uow.session.add(_handing_over(message, "expired", message.expires_at))


def remember(uow: UnitOfWork, name: str, key: str, unique_id: str) -> None:
    """A message that is delivered just now; some whose time is over are forgotten, so that the table does not grow."""
    delivered(uow, _add(uow, name, key, unique_id, {}))
    old = select(Message.id).where(Message.delivered_at.is_not(None), Message.expires_at <= uow.now)
    old = old.order_by(Message.expires_at).limit(_AT_A_TIME).with_for_update(skip_locked=True)
    uow.session.execute(
        delete(Message).where(Message.id.in_(old)), execution_options={"synchronize_session": False}
    )


def delivered(uow: UnitOfWork, message: Message) -> None:
    """It has its wait: only that it came is still of interest."""
    message.delivered_at, message.payload = uow.now, {}


def meet(uow: UnitOfWork, wait: Wait) -> None:
    """A wait has begun: if its message came before it, a job will hand it over right after this command."""
    early = uow.session.scalar(
        select(Message)
        .where(
            Message.name == wait.message,
            Message.key == wait.key,
            Message.delivered_at.is_(None),
            Message.expires_at > uow.now,
        )
        .order_by(Message.id)
        .limit(1)
    )
    if early is not None:
        uow.session.add(_handing_over(early, f"{wait.case_id}/{wait.node}", uow.now))


def case_of(message: Message) -> int | None:
    """The case whose number is the message's key, if it is one."""
    try:
        return case_id(message.key)
    except Invalid:
        return None


def _add(uow: UnitOfWork, name: str, key: str, unique_id: str, payload: Mapping[str, Any]) -> Message:
    message = Message(
        name=name,
        key=key,
        unique_id=unique_id,
        payload=dict(payload),
        received_at=uow.now,
        expires_at=uow.now + TIME_TO_LIVE,
    )
    uow.session.add(message)
    uow.session.flush()
    return message


def _handing_over(message: Message, why: str, run_at: datetime) -> Job:
    return Job(
        kind=JobKind.MESSAGE,
        queue="intake",
        key=f"message/{message.name}/{message.unique_id}/{why}",
        state=JobState.WAITING,
        run_at=run_at,
        payload={"message": message.id},
    )

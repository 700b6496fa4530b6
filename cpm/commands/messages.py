"""Messages that came before their wait: keep them, and let them meet."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from cpm.case_numbers import case_id
from cpm.errors import Invalid
from cpm.model import Job, JobKind, JobState, Message, Wait
from cpm.uow import UnitOfWork

#: How long a message waits for its wait.
TIME_TO_LIVE = timedelta(days=7)
#: A wait that was being written while its message was kept can be seen by then.
_LOOK_AGAIN = timedelta(seconds=1)


def keep(uow: UnitOfWork, name: str, key: str, unique_id: str, payload: Mapping[str, Any]) -> None:
    seen = select(Message.id).where(Message.name == name, Message.unique_id == unique_id)
    if uow.session.scalar(seen) is not None:
        return
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
    uow.session.add(_handing_over(message, "again", uow.now + _LOOK_AGAIN))
    uow.session.add(_handing_over(message, "expired", message.expires_at))


def meet(uow: UnitOfWork, wait: Wait) -> None:
    """A wait has begun: if its message came before it, a job will hand it over right after this command."""
    early = uow.session.scalar(
        select(Message)
        .where(Message.name == wait.message, Message.key == wait.key, Message.expires_at > uow.now)
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


def _handing_over(message: Message, why: str, run_at: datetime) -> Job:
    return Job(
        kind=JobKind.MESSAGE,
        queue="intake",
        key=f"message/{message.name}/{message.unique_id}/{why}",
        state=JobState.WAITING,
        run_at=run_at,
        payload={"message": message.id},
    )

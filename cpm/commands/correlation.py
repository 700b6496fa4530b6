"""Bring a message to the case that waits for it, whichever comes first, and only once."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cpm import bpmn
from cpm.commands import incidents, messages, process
from cpm.commands.incidents import Trouble
from cpm.model import Case, Message, Origin, Wait
from cpm.queries import changeable
from cpm.uow import UnitOfWork


def correlate(
    uow: UnitOfWork,
    name: str,
    key: str,
    unique_id: str,
    payload: Mapping[str, Any],
    *,
    case: Case | None = None,
) -> bool:
    """Hand the message to the case that waits for it by name and key; True if one did, now or before.

    `case` is whose it must be, where that is proved: a wait of another case under its key is not asked.

    If none waits yet, the message is kept for `messages.TIME_TO_LIVE`. For as long, the same unique id a second time
    changes nothing, whether the first was delivered or not.
    """
    if (seen := messages.seen(uow, name, unique_id)) is not None:
        return seen.delivered_at is not None
    if (found := _waiting(uow, name, key, case)) is None:
        messages.keep(uow, name, key, unique_id, payload)
        return False
    messages.remember(uow, name, key, unique_id)
    _deliver(uow, *found, payload)
    return True


def correlate_now(uow: UnitOfWork, name: str, case: Case, payload: Mapping[str, Any]) -> bool:
    """Let a process that listens for it at this moment hear the message; it is neither kept nor journalled."""
    if (found := _waiting(uow, name, case.number, case)) is None:
        return False
    process.resume(uow, case, bpmn.Fired(found[1].node, dict(payload)))
    return True


def hand_over(uow: UnitOfWork, message_id: int) -> bool:
    """Hand over a message that was kept, if it is still there and somebody waits for it now.

    When its time is over and nobody took it, a person is told.
    """
    message = uow.session.get(Message, message_id, with_for_update=True)
    if message is None or message.delivered_at is not None:
        return False
    if message.expires_at <= uow.now:
        _unread(uow, message)
        return False
    if (found := _waiting(uow, message.name, message.key)) is None:
        return False
    payload = message.payload
    messages.delivered(uow, message)
    _deliver(uow, *found, payload)
    return True


def _waiting(uow: UnitOfWork, name: str, key: str, of: Case | None = None) -> tuple[Case, Wait] | None:
    """The oldest wait for this message with its case, which is locked now."""
    oldest = select(Wait).where(Wait.message == name, Wait.key == key).order_by(Wait.id).limit(1)
    if of is not None:
        oldest = oldest.where(Wait.case_id == of.id)
    while (wait := uow.session.scalar(oldest)) is not None:
        case = uow.case(wait.case_id)
        # while we queued for the case, another command may have used this wait up
        if uow.session.scalar(select(Wait.id).where(Wait.id == wait.id)) is not None:
            return case, wait
        uow.session.expunge(wait)
    return None


def _deliver(uow: UnitOfWork, case: Case, wait: Wait, payload: Mapping[str, Any]) -> None:
    """Without what no sender may say: the engine's own, and what an approval stands on; the journal names it."""
    fixed = payload.keys() & changeable.locked(uow, case)
    told = {name: value for name, value in payload.items() if name not in fixed}
    uow.record(
        case, "message.correlated", element=wait.element, name=wait.message, left_out=sorted(fixed) or None
    )
    process.resume(uow, case, bpmn.Fired(wait.node, told))


def _unread(uow: UnitOfWork, message: Message) -> None:
    """Nobody waited for it in time: its case's team looks at it; a message of no case is only forgotten."""
    uow.session.delete(message)
    case_id = messages.case_of(message)
    if case_id is None or uow.session.get(Case, case_id) is None:
        return
    case = uow.case(case_id)
    why = f"Nobody has waited for the message {message.name} of {message.received_at:%d.%m.%Y}."
    trouble = Trouble(Origin.JOB, "message", "not_correlated", why, None, facts=message.payload)
    incidents.raise_incident(uow, case, trouble)

"""Bring a message to the case that waits for it, whichever comes first, once per process; or let it open one."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cpm import bpmn
from cpm.case_numbers import case_id
from cpm.commands import holding, incidents, messages, process, starting
from cpm.commands.incidents import Trouble
from cpm.commands.messages import Sent
from cpm.errors import Invalid
from cpm.model import Case, Message, MessageTaker, Origin, Wait, WaitKind
from cpm.model.suspension import stands_still
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
    """Hand over what the engine itself says, by name and key; True if a case took it, now or before.

    `case` is whose it must be, where that is proved: a wait of another case under its key is not asked.
    """
    return publish(uow, Sent(name, key, unique_id, payload), case=case)


def publish(uow: UnitOfWork, sent: Sent, *, case: Case | None = None) -> bool:
    """Hand a message to a case that waits for it, or let it open one; True if a case took it, now or before.

    If none does yet, it is kept as long as it lives. What other processes have to do with it, they do right afterwards.
    The same unique id of the same sender a second time changes nothing, whether the first was taken or not.
    """
    message, new = messages.accept(uow, sent)
    if not new:
        return message.delivered_at is not None
    messages.forget_old(uow)
    if not _hand(uow, message, frozenset(), case):
        messages.keep(uow, message)
        return False
    return True


def correlate_now(uow: UnitOfWork, name: str, case: Case, payload: Mapping[str, Any]) -> bool:
    """Let a process that listens for it at this moment hear the message; it is neither kept nor journalled."""
    oldest = select(Wait).where(
        Wait.kind == WaitKind.MESSAGE,
        Wait.message == name,
        Wait.key == case.number,
        Wait.case_id == case.id,
    )
    if (wait := uow.session.scalar(oldest.order_by(Wait.id).limit(1))) is None:
        return False
    uow.case(case.id)
    process.resume(uow, case, bpmn.Fired(wait.node, dict(payload)))
    return True


def hand_over(uow: UnitOfWork, message_id: int) -> bool:
    """Hand over a message that was kept, if a process that has not had it waits for it now, or begins with it.

    When its time is over and nobody took it, a person is told.
    """
    message = uow.session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is None:
        return False
    if message.expires_at <= uow.now and holding.waited_for(uow, message):
        messages.prolong(uow, message)
    if message.expires_at <= uow.now:
        _unread(uow, message)
        return False
    return _hand(uow, message, _had(uow, message))


def hand_to(uow: UnitOfWork, wait_id: int) -> bool:
    """Let a wait have the oldest message that its process has not had."""
    if (wait := uow.session.get(Wait, wait_id)) is None:
        return False
    while (sought := _oldest_for(uow, wait)) is not None:
        message = uow.session.get(Message, sought, with_for_update=True, populate_existing=True)
        if message is None or message.expires_at <= uow.now or wait.process in _had(uow, message):
            continue  # while we queued for it, another case took it
        case = uow.case(wait.case_id)
        if case.id in uow.suspended or not _still_there(uow, wait):
            return False
        _deliver(uow, message, case, wait)
        return True
    return False


def concerned(uow: UnitOfWork, payload: Mapping[str, Any]) -> Case | None:
    """Whose team is told when a message or signal cannot be brought: the case that would have it, or that sent it."""
    if "wait" in payload:
        wait = uow.session.get(Wait, int(payload["wait"]))
        return None if wait is None else uow.case(wait.case_id)
    if (thrown_by := payload.get("thrown_by")) is not None:
        return uow.case(int(thrown_by))
    message = uow.session.get(Message, int(payload["message"])) if "message" in payload else None
    if message is None:
        return None
    kind, _, number = message.sender.partition("/")
    return uow.case(int(number)) if kind == "case" and number else _case_of(uow, message)


def _oldest_for(uow: UnitOfWork, wait: Wait) -> int | None:
    oldest = (
        select(Message.id)
        .where(Message.name == wait.message, Message.key == wait.key, Message.expires_at > uow.now)
        .where(messages.not_taken_by(wait.process))
    )
    return uow.session.scalar(oldest.order_by(Message.id).limit(1))


def _hand(uow: UnitOfWork, message: Message, had: frozenset[str], of: Case | None = None) -> bool:
    """To one case and no more: to lock two in one transaction could end in a deadlock. The others' turn is next."""
    if (found := _waiting(uow, message, had, of)) is not None:
        _deliver(uow, message, *found)
    elif of is not None or (opened := starting.by_message(uow, message, had)) is None:
        return False
    else:
        messages.taken(uow, message, opened)
    return True


def _had(uow: UnitOfWork, message: Message) -> frozenset[str]:
    """The processes that have had it."""
    taken = select(MessageTaker.process).where(MessageTaker.message_id == message.id)
    return frozenset(uow.session.scalars(taken))


def _waiting(
    uow: UnitOfWork, message: Message, had: frozenset[str], of: Case | None
) -> tuple[Case, Wait] | None:
    """The oldest wait for this message with its case, which is locked now.

    While that case stands still, no other of its process has the message: it is kept until the case goes on.
    """
    oldest = (
        select(Wait, stands_still())
        .join(Case, Case.id == Wait.case_id)
        .where(Wait.kind == WaitKind.MESSAGE, Wait.message == message.name, Wait.key == message.key)
        .order_by(Wait.id)
        .limit(1)
    )
    if of is not None:
        oldest = oldest.where(Wait.case_id == of.id)
    while (found := uow.session.execute(oldest.where(Wait.process.not_in(had))).first()) is not None:
        wait, still = found
        if not still:
            case = uow.case(wait.case_id)
            if _still_there(uow, wait) and case.id not in uow.suspended:
                return case, wait
            still = case.id in uow.suspended
        had = had | {wait.process} if still else had
        uow.session.expunge(wait)
    return None


def _still_there(uow: UnitOfWork, wait: Wait) -> bool:
    """While we queued for the case, another command may have used this wait up."""
    return uow.session.scalar(select(Wait.id).where(Wait.id == wait.id)) is not None


def _deliver(uow: UnitOfWork, message: Message, case: Case, wait: Wait) -> None:
    """Without what no sender may say: the engine's own, and what an approval stands on; the journal names it."""
    payload = message.payload
    fixed = payload.keys() & changeable.locked(uow, case)
    told = {name: value for name, value in payload.items() if name not in fixed}
    uow.reach = message.reach
    messages.taken(uow, message, case)
    uow.record(
        case, "message.correlated", element=wait.element, name=wait.message, left_out=sorted(fixed) or None
    )
    process.resume(uow, case, bpmn.Fired(wait.node, told))


def _unread(uow: UnitOfWork, message: Message) -> None:
    """Nobody waited for it in time: its case's team looks at it; a message of no case is only forgotten."""
    payload, message.payload = message.payload, {}
    if message.delivered_at is not None or message.unread:
        return
    messages.unread(message)
    why = f"Nobody has waited for the message {message.name} of {message.received_at:%d.%m.%Y}."
    if (case := _case_of(uow, message)) is not None:
        trouble = Trouble(Origin.JOB, "message", "not_correlated", why, None, facts=payload)
        incidents.raise_incident(uow, case, trouble)


def _case_of(uow: UnitOfWork, message: Message) -> Case | None:
    """The case whose number is the message's key, written as we write it (an ERP's order number may look like one); locked."""
    try:
        found = case_id(message.key)
    except Invalid:
        return None
    case = uow.session.get(Case, found)
    return uow.case(found) if case is not None and case.number == message.key else None

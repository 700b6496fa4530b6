"""Which processes in force begin by a message or a signal, and whether a message may open a case of one."""

from collections.abc import Iterator, Sequence

from sqlalchemy import exists, func, or_, select

from cpm.bpmn import StartEvent
from cpm.bpmn.reading.properties import AGAIN_AFTER
from cpm.library import Bundle
from cpm.model import Case, CaseState, Definition, Message, MessageTaker
from cpm.model.message import ENGINES_MESSAGES
from cpm.uow import UnitOfWork


def by_message(uow: UnitOfWork, name: str) -> list[tuple[Bundle, StartEvent]]:
    """By process. What only the engine says opens no case this way: `receiving` knows what it means."""
    if name in ENGINES_MESSAGES:
        return []
    return [(bundle, start) for bundle, start in _starts(uow) if start.message == name]


def by_signal(uow: UnitOfWork, name: str) -> list[tuple[Bundle, StartEvent]]:
    """By process."""
    return [(bundle, start) for bundle, start in _starts(uow) if start.signal == name]


def starts_of(uow: UnitOfWork, process: str) -> list[StartEvent]:
    """Those of the version in force."""
    return [start for bundle, start in _starts(uow, process) if bundle.key == process]


def free(uow: UnitOfWork, message: Message, begun: Sequence[tuple[Bundle, StartEvent]]) -> bool:
    """Could a case be opened for it now, of one of the processes that it begins?"""
    return message.customer_id is not None and any(
        not has_taken(uow, message, bundle.key) and not busy(uow, bundle.key, message.key)
        for bundle, _ in begun
    )


def busy(uow: UnitOfWork, process: str, key: str) -> bool:
    """Is a case of this process open that a message with this key began? Without a key none ever is."""
    if not key:
        return False
    opened = select(Case.id).where(
        Case.process == process, Case.business_key == key, Case.state == CaseState.OPEN
    )
    return uow.session.scalar(opened) is not None


def decided(
    uow: UnitOfWork, bundle: Bundle, key: str, system: str | None = None, *, usual: str | None = None
) -> Case | None:
    """The case after which this key begins no other (cpm:againAfter): the latest of the process with it, if it is closed.

    Two ERPs may use one number: with a `system`, cases that work with another do not count. `usual`: what counts for a
    version that says nothing of it.
    """
    again = bundle.program.properties.get(AGAIN_AFTER, usual)
    latest = latest_with(uow, bundle.key, key, system) if again and key else None
    if again is None or latest is None or latest.state == CaseState.OPEN:
        return None
    return None if latest.outcome in {word.strip() for word in again.split(",")} else latest


def latest_with(uow: UnitOfWork, process: str, key: str, system: str | None = None) -> Case | None:
    of_key = select(Case).where(Case.process == process, Case.business_key == key)
    if system is not None:
        of_key = of_key.where(or_(Case.erp.is_(None), Case.erp == system))
    return uow.session.scalar(of_key.order_by(Case.id.desc()).limit(1))


def queue_of(process: str, key: str) -> str:
    """In this queue whoever opens a case with a business key waits for the others."""
    return f"business key/{process}/{key}"


def has_taken(uow: UnitOfWork, message: Message, process: str) -> bool:
    taken = exists().where(MessageTaker.message_id == message.id, MessageTaker.process == process)
    return bool(uow.session.scalar(select(taken)))


def _starts(uow: UnitOfWork, process: str | None = None) -> Iterator[tuple[Bundle, StartEvent]]:
    newest = select(func.max(Definition.id)).group_by(Definition.key).order_by(Definition.key)
    if process is not None:
        newest = newest.where(Definition.key == process)
    for one in uow.session.scalars(newest):
        bundle = uow.library.bundle(uow.session, one, keep=one not in uow.deployed)
        for start in bundle.program.starts:
            yield bundle, start

"""The processes that people and messages of customers may open a case with.

Those in force that are no part of another, do not sort messages, and are not begun by other systems alone (`cpm:byHand`).
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from cpm.bpmn.reading.properties import BY_HAND
from cpm.library import Bundle
from cpm.model import Definition
from cpm.queries import wording
from cpm.uow import UnitOfWork

#: The process in which a person finds the place of a message; it begins with the message alone.
SORTING = "intake"


@dataclass(frozen=True, slots=True)
class Startable:
    key: str
    name: str


def processes(uow: UnitOfWork, language: str) -> list[Startable]:
    """By name."""
    found = [Startable(bundle.key, wording.process_name(bundle, language)) for bundle in bundles(uow)]
    return sorted(found, key=lambda one: one.name)


def bundles(uow: UnitOfWork) -> list[Bundle]:
    return [bundle for bundle in _whole(uow) if not _waits_to_be_told(bundle)]


def only_told(uow: UnitOfWork) -> set[str]:
    """Those in force that begin by what other systems say, and by nobody's hand."""
    return {bundle.key for bundle in _whole(uow) if _waits_to_be_told(bundle)}


def sorts(uow: UnitOfWork) -> bool:
    """Whether there is a process for messages that a person has to look at."""
    return uow.session.scalar(select(Definition.id).where(Definition.key == SORTING).limit(1)) is not None


def _waits_to_be_told(bundle: Bundle) -> bool:
    return bundle.program.properties.get(BY_HAND) == "false"


def _whole(uow: UnitOfWork) -> list[Bundle]:
    newest = select(func.max(Definition.id)).where(Definition.key != SORTING).group_by(Definition.key)
    found = [
        uow.library.bundle(uow.session, one, keep=one not in uow.deployed)
        for one in uow.session.scalars(newest)
    ]
    called = {process for bundle in found for process in bundle.program.called}
    return [bundle for bundle in found if bundle.key not in called]

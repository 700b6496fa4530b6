"""The processes that a case may be opened with: those in force that are no part of another."""

from dataclasses import dataclass

from sqlalchemy import func, select

from cpm.library import Bundle
from cpm.model import Definition
from cpm.queries import wording
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Startable:
    key: str
    name: str


def processes(uow: UnitOfWork, language: str) -> list[Startable]:
    """By name."""
    found = [Startable(bundle.key, wording.process_name(bundle, language)) for bundle in bundles(uow)]
    return sorted(found, key=lambda one: one.name)


def bundles(uow: UnitOfWork) -> list[Bundle]:
    newest = select(func.max(Definition.id)).group_by(Definition.key)
    found = [
        uow.library.bundle(uow.session, one, keep=one not in uow.deployed)
        for one in uow.session.scalars(newest)
    ]
    called = {process for bundle in found for process in bundle.program.called}
    return [bundle for bundle in found if bundle.key not in called]

"""Two that do the same thing at once: the second one waits and finds it done."""

import threading
from collections.abc import Callable

from sqlalchemy import func, select

from cpm.commands import definitions, interactions
from cpm.model import Arrival, Job, JobKind, Resource
from cpm.uow import UnitOfWork
from tests.world import World, mail, shipped


def test_a_mail_that_is_stored_twice_at_once_is_one_arrival(firm: World):
    """A mail server delivers again what it thinks was lost."""

    def store(uow: UnitOfWork, _number: int) -> int:
        return interactions.store(uow, mail(), process="complaint").id

    assert len(set(_at_once(firm, store))) == 1
    with firm.engine.read() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Arrival)) == 1
        assert uow.session.scalar(select(func.count()).where(Job.kind == JobKind.FILING)) == 1


def test_deployments_at_once_queue_behind_each_other(firm: World):
    """Each has the version that comes after the one before it."""
    table = dict(shipped())["goodwill.dmn"]

    def deploy(uow: UnitOfWork, number: int) -> int:
        done = definitions.deploy(uow, {"goodwill.dmn": table + b"\n" * (number + 1)})
        return done.resources[0].version

    assert sorted(_at_once(firm, deploy)) == [2, 3, 4, 5]
    with firm.engine.read() as uow:
        assert uow.session.scalar(select(func.max(Resource.version)).where(Resource.key == "goodwill")) == 5


def _at_once(firm: World, work: Callable[[UnitOfWork, int], int]) -> list[int]:
    """What each of four answered; all their transactions have begun before the first one works, if they can."""
    together, found, failed = threading.Barrier(4), [], []

    def one(number: int) -> None:
        try:
            with firm.engine.begin("test") as uow:
                if firm.engine.database.postgresql:
                    together.wait(10)
                found.append(work(uow, number))
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    return found

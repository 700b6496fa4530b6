"""The engine: everything a command needs, put together once. `begin` is the only way to a transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from cpm import named, schema
from cpm.clock import Clock, utcnow
from cpm.commands import interventions, messages, policies, webhooks
from cpm.connectors import Connector, ErpConnector, Systems
from cpm.database import Database
from cpm.library import Library
from cpm.model import User
from cpm.policies import NOTHING_SAID, Assent, PolicyRefusal
from cpm.settings import Settings
from cpm.uow import UnitOfWork


@dataclass(slots=True)
class Engine:
    settings: Settings
    database: Database
    library: Library
    connectors: Mapping[str, Connector]
    clock: Clock = utcnow
    erp: Systems = field(init=False)  #: for questions that need no job: look-ups, pages, the feed

    def __post_init__(self) -> None:
        """The connector asks the same systems: they share what is known of who answers."""
        connector = self.connectors.get("erp")
        shared = connector.systems if isinstance(connector, ErpConnector) else None
        self.erp = shared or Systems(self.settings.erp, self.settings.zone, self.clock)
        self.database.before_flush(named.mark)

    @contextmanager
    def begin(self, actor: str, assent: Assent = NOTHING_SAID) -> Iterator[UnitOfWork]:
        """One command, one transaction: all of it when the block ends, nothing of it when it raises.

        What policies refuse is journalled after all, and an approval asked for, in a transaction of its own.
        """
        self.library.refresh()
        try:
            with self.database.write() as session:
                uow = self._unit(session, actor, assent)
                yield uow
                _finish(uow)
            if named.CHANGED in session.info:
                self.library.forget()
        except PolicyRefusal as refused:
            with self.begin(uow.actor) as uow:
                told = policies.remember(uow, refused, assent)
            raise told from None

    @contextmanager
    def rehearse(self, actor: str, assent: Assent = NOTHING_SAID) -> Iterator[UnitOfWork]:
        """The same, but nothing of it stays; the unit of work's journal tells what would have happened."""
        self.library.refresh()
        with self.database.rehearse() as session:
            uow = self._unit(session, actor, assent)
            yield uow
            _finish(uow)

    @contextmanager
    def read(self, actor: str = "", *, person: User | None = None) -> Iterator[UnitOfWork]:
        """For queries: locks nothing, writes nothing. `person`: the actor, if they were looked up a moment ago."""
        self.library.refresh()
        with self.database.read() as session:
            uow = self._unit(session, actor)
            if person is not None:
                uow.is_known(person)
            yield uow

    def _unit(self, session: Session, actor: str, assent: Assent = NOTHING_SAID) -> UnitOfWork:
        return UnitOfWork(
            session,
            actor,
            self.clock(),
            self.library,
            self.settings,
            self.connectors,
            self.erp,
            assent=assent,
        )


def _finish(uow: UnitOfWork) -> None:
    """What a command leaves to be done as it ends."""
    messages.meet(uow)
    interventions.finish(uow)
    webhooks.announce(uow)
    uow.write_journal()


def open_engine(settings: Settings, connectors: Mapping[str, Connector], *, clock: Clock = utcnow) -> Engine:
    """An engine over a database that fits this release; Unavailable says what is wrong with it otherwise."""
    database = Database(settings.database_url)
    try:
        schema.require_current(database)
    except BaseException:
        database.close()
        raise
    return Engine(settings, database, Library(database.read), connectors, clock)

"""Who lifts a suspension and who holds a job by it do not pass each other unseen.

On PostgreSQL neither would see what the other has not committed: the job would be held, and nobody would release it. On
SQLite writers queue anyway.
"""

from sqlalchemy import func, select

from cpm.commands import once
from cpm.uow import UnitOfWork

_KEY = "suspensions"


def alone(uow: UnitOfWork) -> None:
    """Before it is looked what else holds: nobody holds or lifts anything until this transaction ends."""
    once.queue(uow, _KEY)


def beside(uow: UnitOfWork) -> None:
    """Before something is held: a statement after this one sees all that was lifted, and nobody lifts until we end."""
    if _is_postgresql(uow):
        uow.session.execute(select(func.pg_advisory_xact_lock_shared(func.hashtextextended(_KEY, 0))))


def beside_at_once(uow: UnitOfWork) -> bool:
    """As `beside`, but False, without waiting, if somebody is just about to lift."""
    if not _is_postgresql(uow):
        return True
    free = select(func.pg_try_advisory_xact_lock_shared(func.hashtextextended(_KEY, 0)))
    return bool(uow.session.scalar(free))


def _is_postgresql(uow: UnitOfWork) -> bool:
    return uow.session.get_bind().dialect.name == "postgresql"

"""What arrives twice at the same moment is done once: the second one waits here and then sees the first."""

from sqlalchemy import func, select

from cpm.uow import UnitOfWork


def queue(uow: UnitOfWork, key: str) -> None:
    """Until the transaction ends, nobody else gets past this with the same key. On SQLite writers queue anyway."""
    if uow.session.get_bind().dialect.name == "postgresql":
        uow.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))

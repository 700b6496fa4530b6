"""The schema's version: bring a database up to date, or say plainly that it does not fit this release."""

import functools

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table
from sqlalchemy.orm import Session

from cpm.database import Database
from cpm.errors import Unavailable
from cpm.settings import SHIPPED


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations that are missing, all in one transaction."""
    _refuse_newer(database)
    with database.write() as session:
        bring(session, revision)


def downgrade(database: Database, revision: str) -> None:
    with database.write() as session:
        take_back(session, revision)


def bring(session: Session, revision: str) -> None:
    """As `upgrade`, as a part of a transaction."""
    command.upgrade(_config(session), revision)


def take_back(session: Session, revision: str) -> None:
    """As `downgrade`, as a part of a transaction."""
    command.downgrade(_config(session), revision)


@functools.cache
def tables(revision: str) -> tuple[Table, ...]:
    """What a database has at this revision, what others refer to first; made by the migrations themselves."""
    database = Database("sqlite://")
    try:
        upgrade(database, revision)
        with database.read() as session:
            found = MetaData()
            found.reflect(session.connection(), only=_holds_rows)
    finally:
        database.close()
    return tuple(table for table in found.sorted_tables if table.name != "alembic_version")


def _holds_rows(name: str, _found: MetaData) -> bool:
    """Not what the database makes of them, to find messages and products by their words."""
    return not name.startswith(("interaction_words", "erp_product_words"))


def require_current(database: Database) -> None:
    """Unavailable unless the database has exactly the tables this release works with."""
    found = current(database)
    if found is None:
        raise Unavailable("Expected a database with our tables, but it is empty: run `cpm init`")
    _refuse_newer(database)
    if found != head():
        raise Unavailable(
            f"Expected the database at version {head()}, but it is at {found}: too old, run `cpm init` to upgrade it"
        )


def current(database: Database) -> str | None:
    with database.read() as session:
        return _current(session)


def known(session: Session) -> str:
    """The revision of the tables there are, this release's or older; Unavailable if there are none or newer ones."""
    if (found := _current(session)) is None:
        raise Unavailable("Expected a database with our tables, but it is empty")
    _refuse_unknown(found)
    return found


def is_known(revision: str) -> bool:
    """Whether it is this release's or older."""
    return revision in _revisions()


def head() -> str:
    return _revisions()[0]


@functools.cache
def _revisions() -> tuple[str, ...]:
    """Of this release, the newest first. To find them is to run every file of migrations, so it is done once."""
    return tuple(each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions())


def _current(session: Session) -> str | None:
    return MigrationContext.configure(session.connection()).get_current_revision()


def _refuse_newer(database: Database) -> None:
    if (found := current(database)) is not None:
        _refuse_unknown(found)


def _refuse_unknown(found: str) -> None:
    if not is_known(found):
        raise Unavailable(
            f"Expected the database at version {head()} or older, but it is at {found}: "
            "too new, it belongs to a later release of cpm"
        )


def _config(session: Session | None = None) -> Config:
    config = Config()
    if session is not None:
        config.attributes["connection"] = session.connection()
    config.set_main_option("script_location", str(SHIPPED / "migrations"))
    return config

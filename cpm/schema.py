"""The schema's version: bring a database up to date, or say plainly that it does not fit this release."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from cpm.database import Database
from cpm.errors import Unavailable
from cpm.settings import SHIPPED


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations that are missing, all in one transaction."""
    _refuse_newer(database)
    with database.write() as session:
        config = _config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, revision)


def downgrade(database: Database, revision: str) -> None:
    with database.write() as session:
        config = _config()
        config.attributes["connection"] = session.connection()
        command.downgrade(config, revision)


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
        return MigrationContext.configure(session.connection()).get_current_revision()


def head() -> str:
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None, "migrations/versions is part of every installation"
    return found


def _refuse_newer(database: Database) -> None:
    found = current(database)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise Unavailable(
            f"Expected the database at version {head()} or older, but it is at {found}: "
            "too new, it belongs to a later release of cpm"
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SHIPPED / "migrations"))
    return config

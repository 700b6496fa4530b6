"""From the environment's settings to an engine; what is opened is closed when the command has ended."""

from pathlib import Path
from typing import Literal, cast

import click
import sqlalchemy

from cpm import connectors, settings
from cpm.connectors import Connector
from cpm.connectors.letters import BadAddress
from cpm.connectors.smtp import MailServer
from cpm.database import Database
from cpm.engine import Engine, open_engine
from cpm.errors import Invalid, Unavailable
from cpm.settings import Settings


def engine() -> Engine:
    """An engine over the database that is set; Unavailable says what is wrong with it."""
    found = settings.load()
    file = database_file(found)
    if file is not None and not file.exists():  # SQLite would make an empty one
        raise Unavailable(f"Expected a database in {file}, but there is none: run `cpm init`")
    opened = open_engine(found, registry(found))
    _close_at_the_end(opened.database)
    return opened


def database(found: Settings) -> Database:
    """The database to be made or brought up to date; its folder is made if it is not there."""
    file = database_file(found)
    if file is not None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"Expected to make the folder {file.parent}, but {error.strerror}") from error
    made = Database(found.database_url)
    _close_at_the_end(made)
    return made


def in_memory() -> Database:
    """Empty, and gone when the command has ended."""
    made = Database("sqlite://")
    _close_at_the_end(made)
    return made


def registry(found: Settings) -> dict[str, Connector]:
    security = cast("Literal['none', 'starttls', 'tls']", found.smtp_security)
    try:
        server = MailServer(
            host=found.smtp_host,
            port=found.smtp_port,
            sender=found.mail_from,
            sender_name=found.firm,
            security=security,
            username=found.smtp_user or "",
            password=found.smtp_password or "",
        )
    except BadAddress as error:
        raise Invalid(f"Expected CPM_MAIL_FROM to be an address, but it is not: {error}") from error
    return connectors.registry(server)


def database_file(found: Settings) -> Path | None:
    """The file of an SQLite database; None for what is no file."""
    try:
        url = sqlalchemy.make_url(found.database_url)
    except sqlalchemy.exc.ArgumentError:
        return None  # Database says it better
    name = url.database if url.get_backend_name() == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None


def _close_at_the_end(database: Database) -> None:
    click.get_current_context().call_on_close(database.engine.dispose)

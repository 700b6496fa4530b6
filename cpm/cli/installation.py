"""From the environment's settings to an engine; what is opened is closed when the command has ended."""

import os
from collections.abc import Mapping

import click

from cpm import installation, settings
from cpm.database import Database
from cpm.engine import Engine
from cpm.errors import Unavailable


def engine(environ: Mapping[str, str] = os.environ) -> Engine:
    """An engine over the database that is set; Unavailable says what is wrong with it."""
    found = installation.opened(settings.load(environ))
    _close_at_the_end(found.database)
    return found


def database(url: str) -> Database:
    """The database to be made or brought up to date; its folder is made if it is not there."""
    file = installation.database_file(url)
    if file is not None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"Expected to make the folder {file.parent}, but {error.strerror}") from error
    made = Database(url)
    _close_at_the_end(made)
    return made


def in_memory() -> Database:
    """Empty, and gone when the command has ended."""
    made = Database("sqlite://")
    _close_at_the_end(made)
    return made


def _close_at_the_end(database: Database) -> None:
    click.get_current_context().call_on_close(database.engine.dispose)

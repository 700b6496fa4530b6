"""Databases for single tests: each gets its own, copied from one that was migrated once."""

import contextlib
import itertools
import os
import shutil
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import make_url

from cpm import schema
from cpm.database import Database


class Databases(Protocol):
    def fresh(self, folder: Path, *, migrated: bool = True) -> contextlib.AbstractContextManager[str]:
        """The URL of a database that nobody else uses, with our tables or quite empty; `folder` is the test's own."""


class Sqlite:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def fresh(self, folder: Path, *, migrated: bool = True) -> Iterator[str]:
        file = folder / "cpm.db"
        if migrated:
            shutil.copyfile(self._template, file)
        yield f"sqlite:///{file}"

    @cached_property
    def _template(self) -> Path:
        file = self._folder / "template.db"
        _migrate(f"sqlite:///{file}")
        return file


class Postgres:
    """Needs a role that may create databases; each process of the tests keeps to names of its own."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._names = (f"cpm_test_{os.getpid()}_{number}" for number in itertools.count())

    @contextlib.contextmanager
    def fresh(self, folder: Path, *, migrated: bool = True) -> Iterator[str]:
        with self._database(self._template if migrated else "template1") as url:
            yield url

    def close(self) -> None:
        if "_template" in self.__dict__:
            self._do(f"DROP DATABASE {self._template}")

    @cached_property
    def _template(self) -> str:
        name = next(self._names)
        self._do(f"CREATE DATABASE {name}")
        _migrate(self._url_of(name))
        return name

    @contextlib.contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = next(self._names)
        self._do(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self._url_of(name)
        finally:
            self._do(f"DROP DATABASE {name} WITH (FORCE)")  # a test may have left connections in a pool

    def _url_of(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        """Databases are made and dropped outside of transactions only."""
        url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextlib.contextmanager
def opened(url: str) -> Iterator[Database]:
    """A test that leaves connections behind fails: they would surface as warnings in a later one."""
    database = Database(url)
    try:
        yield database
    finally:
        database.engine.dispose()


def _migrate(url: str) -> None:
    """Nobody is connected afterwards: a template is copied only then."""
    with opened(url) as database:
        schema.upgrade(database)

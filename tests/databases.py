"""Databases for single tests: each gets its own, copied from one that was migrated once."""

import contextlib
import itertools
import os
import shutil
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import make_url

from cpm import schema
from cpm.database import Database
from tests import making, office
from tests.clock import FakeClock
from tests.world import engine_on, furnish, mail, world


class Kind(StrEnum):
    EMPTY = "empty"
    MIGRATED = "migrated"  #: our tables, nothing in them
    FURNISHED = "furnished"  #: shipped content deployed, people in place (tests.world)
    BEGUN = "begun"  #: furnished, and a complaint came by mail, up to its first step for a person
    BUSY = "busy"  #: furnished, and cases at every stage (tests.office)


#: What each kind is made from.
BASES = {
    Kind.MIGRATED: Kind.EMPTY,
    Kind.FURNISHED: Kind.MIGRATED,
    Kind.BEGUN: Kind.FURNISHED,
    Kind.BUSY: Kind.FURNISHED,
}


class Databases(Protocol):
    def fresh(self, folder: Path, kind: Kind = Kind.MIGRATED) -> contextlib.AbstractContextManager[str]:
        """The URL of a database of this kind that nobody else uses; `folder` is the test's own."""


#: What `keep` has kept: SQLite files by their word; PostgreSQL's templates are its own.
_files: dict[str, bytes] = {}
_servers: list["Postgres"] = []


def keep(url: str, word: str) -> None:
    """What this database holds is what `again` puts into others. Whoever is connected to it is sent away."""
    if (file := _file(url)) is not None:
        _files[word] = file.read_bytes()
    else:
        _servers[-1].keep(url, word)


def again(url: str, word: str) -> bool:
    """Whether something was kept; then this database, which nobody is connected to, holds that and nothing else."""
    if (file := _file(url)) is None:
        return _servers[-1].again(url, word)
    if word in _files:
        file.write_bytes(_files[word])
    return word in _files


def _file(url: str) -> Path | None:
    name = make_url(url).database
    return Path(name) if url.startswith("sqlite") and name else None


class Sqlite:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def fresh(self, folder: Path, kind: Kind = Kind.MIGRATED) -> Iterator[str]:
        file = folder / "cpm.db"
        if kind != Kind.EMPTY:
            shutil.copyfile(self._template(kind), file)
        yield f"sqlite:///{file}"

    def _template(self, kind: Kind) -> Path:
        file = self._folder / f"{kind}.db"
        if not file.exists():
            if (base := BASES[kind]) != Kind.EMPTY:
                shutil.copyfile(self._template(base), file)
            _build(f"sqlite:///{file}", kind)
        return file


class Postgres:
    """Needs a role that may create databases; each process of the tests keeps to names of its own."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._names = (f"cpm_test_{os.getpid()}_{number}" for number in itertools.count())
        self._templates: dict[str, str] = {Kind.EMPTY: "template1"}
        _servers.append(self)

    @contextlib.contextmanager
    def fresh(self, folder: Path, kind: Kind = Kind.MIGRATED) -> Iterator[str]:
        with self._database(self._template(kind)) as url:
            yield url

    def keep(self, url: str, word: str) -> None:
        self._templates[word] = next(self._names)
        named = make_url(url).database
        self._do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{named}'")
        self._copy(str(named), self._templates[word])

    def again(self, url: str, word: str) -> bool:
        if word not in self._templates:
            return False
        name = str(make_url(url).database)
        self._do(f"DROP DATABASE {name} WITH (FORCE)")
        self._copy(self._templates[word], name)
        return True

    def close(self) -> None:
        _servers.remove(self)
        for kind, name in self._templates.items():
            if kind != Kind.EMPTY:
                self._do(f"DROP DATABASE {name}")

    def _template(self, kind: Kind) -> str:
        if kind not in self._templates:
            name = next(self._names)
            self._copy(self._template(BASES[kind]), name)
            _build(self._url_of(name), kind)
            self._templates[kind] = name
        return self._templates[kind]

    @contextlib.contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = next(self._names)
        self._copy(template, name)
        try:
            yield self._url_of(name)
        finally:
            self._do(f"DROP DATABASE {name} WITH (FORCE)")  # a test may have left connections in a pool

    def _copy(self, template: str, name: str) -> None:
        """Files copied beside the log: half the time of the default, which writes each page into the log."""
        self._do(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")

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
    making.speak_alike(database)
    try:
        yield database
    finally:
        database.engine.dispose()


def _build(url: str, kind: Kind) -> None:
    """What this kind adds to its base. Nobody is connected afterwards: a template is copied only then."""
    with opened(url) as database:
        match kind:
            case Kind.MIGRATED:
                schema.upgrade(database)
            case Kind.FURNISHED:
                furnish(engine_on(database, Path()))
            case Kind.BEGUN:
                begun = world(database, Path(), FakeClock())
                begun.receive(mail())
                begun.drain()
            case Kind.BUSY:
                office.open_up(world(database, Path(), FakeClock()))

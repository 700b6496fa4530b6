"""What nearly every test would make anew though it is the same each time: a third of all their time.

Each test has an engine, a library and a database of its own; what they compile from equal sources is shared in a process.
"""

import contextlib
import functools
from collections.abc import Iterable, Iterator
from types import CodeType
from typing import Any

import jinja2
import pytest
import sqlalchemy
from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket
from sqlalchemy.util import LRUCache

from cpm import bpmn, database, library, passwords
from cpm.database import Database
from cpm.library import Bundle

_STATEMENTS = 5_000
#: The first engine of each kind, whose dialect and compiled statements all others of its kind use.
_first: dict[str, sqlalchemy.Engine] = {}


@contextlib.contextmanager
def made_once() -> Iterator[None]:
    """Programs, templates of pages and what a version binds, by their sources; SQLite waits for no disk, as no machine crashes here, and nobody steals these passwords."""
    prepare = bpmn.prepare_deployed
    once = functools.cache(functools.partial(prepare, checked=False))
    assemble = functools.cache(_Assembled)
    open_plainly = Database.__init__

    def prepare_once(sources: Iterable[bpmn.Source], main: str, *, checked: bool = True) -> bpmn.Program:
        return prepare(sources, main) if checked else once(tuple(sources), main)

    def assemble_once(definition_id: int, key: str, version: int, bound: Any) -> Bundle:
        same = frozenset(
            (each.id, each.kind, each.key, each.version, each.file, each.content) for each in bound
        )
        return assemble(definition_id, key, version, same).bundle(bound)

    def open_alike(self: Database, url: str) -> None:
        open_plainly(self, url)
        if self.engine.dialect.name in _first:
            speak_alike(self)

    pragmas = tuple("PRAGMA synchronous=OFF" if "synchronous" in each else each for each in database._PRAGMAS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
        patch.setattr(bpmn, "prepare_deployed", prepare_once)
        patch.setattr(library, "assemble", assemble_once)
        patch.setattr(database, "_PRAGMAS", pragmas)
        patch.setattr(Database, "__init__", open_alike)
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": _Templates()})
        yield


class _Assembled:
    """One bundle, made when it is first asked for."""

    def __init__(self, *named: Any) -> None:
        self._named = named[:3]
        self._bundle: Bundle | None = None

    def bundle(self, bound: Any, assemble: Any = library.assemble) -> Bundle:
        if self._bundle is None:
            self._bundle = assemble(*self._named, bound)
        return self._bundle


class _Templates(jinja2.BytecodeCache):
    """What templates of pages compile to; else each application of a test would compile those that it shows."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._made.get(_named(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._made[_named(bucket)] = bucket.code


def _named(bucket: Bucket) -> tuple[object, ...]:
    """Its name, its text, and how the environment reads it."""
    environment = bucket.environment
    return bucket.key, bucket.checksum, environment.trim_blocks, environment.lstrip_blocks


def speak_alike(one: Database) -> None:
    """Statements are compiled once for all databases of a kind. SQLAlchemy keeps them by dialect, one for each engine."""
    kind = one.engine.dialect.name
    if kind not in _first:
        one.engine.connect().close()  # it learns what server it speaks to
        one.engine._compiled_cache = LRUCache(_STATEMENTS)
        _first[kind] = one.engine
    for engine in (one.engine, one._read.kw["bind"], one._write.kw["bind"]):
        engine.dialect = _first[kind].dialect
        engine._compiled_cache = _first[kind]._compiled_cache

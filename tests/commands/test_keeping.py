"""Documents survive what happens to installations: backups, moves, crashes, damage; on both databases and in both stores."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cpm import keeping
from cpm.channels import Attachment
from cpm.commands import documents
from cpm.document_settings import DocumentSettings
from cpm.engine import Engine
from cpm.model import Case, Content, ContentPart, Document
from tests.commands.cli import Cpm
from tests.databases import Databases, Kind, opened
from tests.world import engine_on

_KILLED = -signal.SIGKILL
_CONTENTS = [b"", b"abc", bytes(range(256)) * 6000]


@pytest.fixture
def cpm(databases: Databases, tmp_path: Path) -> Iterator[Cpm]:
    (tmp_path / "here").mkdir()
    with databases.fresh(tmp_path / "here", Kind.BUSY) as url:
        yield Cpm(url, tmp_path / "here", {"CPM_STORE": "database"})


@pytest.fixture
def engine(cpm: Cpm) -> Iterator[Engine]:
    with opened(cpm.database_url) as database:
        engine = engine_on(database, cpm.home)
        _use(engine, "database")
        yield engine


def _use(engine: Engine, store: str) -> None:
    kept = DocumentSettings(store=store, path=engine.settings.home / "documents")
    engine.settings = replace(engine.settings, documents=kept)


def _add(engine: Engine, contents: list[bytes]) -> list[int]:
    with engine.begin("worker") as uow:
        case = uow.session.scalars(select(Case).order_by(Case.id)).first()
        made = [
            documents.attach(uow, uow.case(case.id), Attachment("a.bin", "a/b", each)) for each in contents
        ]
        uow.session.flush()
        return [each.id for each in made]


def _read(engine: Engine, ids: list[int]) -> list[bytes]:
    with engine.read() as look:
        return [documents.content(look, look.get(Document, each)) for each in ids]


@pytest.mark.parametrize(("before", "after"), [("file", "database"), ("database", "file")])
def test_a_backup_has_the_documents_and_puts_them_where_they_lie_now(
    cpm: Cpm, engine: Engine, databases: Databases, tmp_path: Path, *, before: str, after: str
):
    _use(engine, before)
    ids, backup = _add(engine, _CONTENTS), tmp_path / "a.backup"
    assert cpm.json("backup", backup)["missing"] == []
    (tmp_path / "there").mkdir()
    with databases.fresh(tmp_path / "there", Kind.EMPTY) as url:
        there = Cpm(url, tmp_path / "there", {"CPM_STORE": after})
        there("restore", backup)
        assert there.json("store", "check")["damaged"] == []
        with opened(url) as database:
            restored = engine_on(database, there.home)
            _use(restored, after)
            assert _read(restored, ids) == _CONTENTS
            with restored.read() as look:
                assert set(look.session.scalars(select(Content.place))) == {after}
                assert (look.session.scalars(select(ContentPart.digest)).first() is None) == (after == "file")


def test_damage_and_orphans_are_told_and_a_backup_without_all_says_so(
    cpm: Cpm, engine: Engine, tmp_path: Path
):
    _use(engine, "file")
    _add(engine, _CONTENTS)
    files = sorted(
        (file for file in (cpm.home / "documents").rglob("*") if len(file.name) == 64),
        key=lambda file: file.stat().st_size,
    )
    files[0].unlink()
    files[1].write_bytes(b"abd")
    found = cpm.json("store", "check", code=1)
    assert sorted(found["damaged"]) == sorted([files[0].name, files[1].name])
    assert cpm.json("backup", tmp_path / "a.backup")["missing"] == [files[0].name]


def test_a_move_that_is_killed_loses_nothing_and_goes_on(cpm: Cpm, engine: Engine):
    contents = [b"%d" % number * 100_000 for number in range(40)]
    ids, all_of_them = _add(engine, contents), len(_digests(engine))
    environ = {**os.environ, "CPM_DATABASE_URL": cpm.database_url, "CPM_HOME": str(cpm.home)}
    move = [sys.executable, "-m", "cpm.cli", "store", "move", "--to", "file"]
    with subprocess.Popen(move, env=environ, stdout=subprocess.PIPE) as moving:
        until = time.monotonic() + 60
        while _files(cpm) < 3 and moving.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        moving.kill()
    assert _files(cpm) >= 3
    assert _read(engine, ids) == contents
    cpm("store", "move", "--to", "file")
    with engine.read() as look:
        assert look.session.scalars(select(ContentPart.digest)).all() == []
    assert _read(engine, ids) == contents
    assert cpm.json("store", "move", "--to", "database")["moved"] == all_of_them
    assert _read(engine, ids) == contents
    assert keeping.sweep(engine, older_than=timedelta(hours=1)) == 0
    assert keeping.sweep(engine, older_than=timedelta(0)) >= all_of_them
    assert _files(cpm) == 0
    assert keeping.check(engine).damaged == ()


def _digests(engine: Engine) -> set[str]:
    with engine.read() as look:
        parts = look.session.scalars(select(ContentPart.digest)).all()
        return {*look.session.scalars(select(Content.digest)), *parts}


def _files(cpm: Cpm) -> int:
    return sum(len(file.name) == 64 for file in (cpm.home / "documents").rglob("*"))


_DIES = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import select
from cpm import installation, settings
from cpm.channels import Attachment
from cpm.commands import documents
from cpm.model import Case
engine = installation.opened(settings.load())
with engine.begin("worker") as uow:
    case = uow.session.scalars(select(Case).order_by(Case.id)).first()
    documents.attach(uow, uow.case(case.id), Attachment("a", "a/b", b"abc" * 1_000_000))
    uow.session.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("store", ["database", "file"])
def test_an_upload_that_is_killed_leaves_no_row_and_at_most_a_file_that_is_swept(
    cpm: Cpm, engine: Engine, store: str
):
    environ = {
        **os.environ,
        "CPM_DATABASE_URL": cpm.database_url,
        "CPM_HOME": str(cpm.home),
        "CPM_STORE": store,
    }
    before = _digests(engine)
    assert subprocess.run([sys.executable, "-c", _DIES], env=environ, check=False).returncode == _KILLED
    _use(engine, store)
    assert _digests(engine) == before
    assert keeping.check(engine).orphans == _files(cpm) == (1 if store == "file" else 0)
    assert keeping.sweep(engine, older_than=timedelta(0)) == (1 if store == "file" else 0)
    assert _files(cpm) == 0


def test_documents_come_and_go_on_the_command_line(cpm: Cpm, tmp_path: Path):
    case = cpm.json("case", "list", "--as", "anna")
    number = (case["cases"] if isinstance(case, dict) else case)[0]["case"]
    given = tmp_path / "Größe.txt"
    given.write_bytes(b"one")
    made = cpm.json("document", "add", number, given, "--as", "anna")
    given.write_bytes(b"two")
    second = cpm.json("document", "add", number, given, "--version-of", made["id"], "--as", "anna")
    assert (second["version"], second["name"]) == (2, "Größe.txt")
    assert cpm.json("document", "list", number, "--as", "anna")[0]["id"] == second["id"]
    cpm("document", "get", second["id"], tmp_path / "out", "--as", "anna")
    assert (tmp_path / "out").read_bytes() == b"two"
    cpm("document", "get", second["id"], tmp_path / "out", "--as", "anna", code=1)
    cpm("document", "get", second["id"], tmp_path / "no", "--as", "otto", code=1)
    assert not (tmp_path / "no").exists()

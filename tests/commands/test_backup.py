"""A backup of a running installation comes back whole, on either database, and its cases go on."""

import contextlib
import gzip
import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from cpm import schema
from cpm.backup import file as backup_file
from cpm.commands import interactions, suspending
from cpm.database import Database
from cpm.engine import Engine
from cpm.errors import Invalid
from cpm.model import Job, JobKind, JobState, SignIn
from cpm.worker import Worker
from tests import finishing
from tests.clock import MONDAY, FakeClock
from tests.commands.cli import Cpm
from tests.databases import Databases, Kind, opened
from tests.world import engine_on, mail, world


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, databases: Databases) -> Databases:
    """The other kind of database: who can go there and back, can go anywhere."""
    other = "postgresql" if type(databases).__name__ == "Sqlite" else "sqlite"
    found: Databases = request.getfixturevalue(other)
    return found


@contextlib.contextmanager
def _busy(databases: Databases, folder: Path) -> Iterator[Cpm]:
    folder.mkdir()
    with databases.fresh(folder, Kind.BUSY) as url:
        yield Cpm(url, folder)


@contextlib.contextmanager
def _empty(databases: Databases, folder: Path) -> Iterator[Cpm]:
    folder.mkdir()
    with databases.fresh(folder, Kind.EMPTY) as url:
        yield Cpm(url, folder)


def _rows(file: Path) -> dict[str, list[str]]:
    """Each table's rows, sorted: databases hand them out in different orders."""
    found: dict[str, list[str]] = {}
    table = ""
    for line in gzip.decompress(file.read_bytes()).splitlines()[1:-1]:
        told = json.loads(line)
        if isinstance(told, dict):
            table = told["table"]
            found[table] = []
        else:
            found[table].append(json.dumps(told))
    return {table: sorted(rows) for table, rows in found.items()}


def test_what_is_restored_is_what_was_there_and_its_cases_run_to_their_ends(
    databases: Databases, elsewhere: Databases, tmp_path: Path, clock: FakeClock
):
    first, second = tmp_path / "first.backup", tmp_path / "second.backup"
    with _busy(databases, tmp_path / "here") as here, _empty(elsewhere, tmp_path / "there") as there:
        here("backup", first)
        there("restore", first)
        there("backup", second)
        before, after = _rows(first), _rows(second)
        assert len(before["cases"]) >= 8
        assert len(before["events"]) > 100
        [told] = set(after.pop("audit_entries")) - set(before.pop("audit_entries"))
        assert "installation.restored" in told
        assert after.pop("sign_ins") == []
        assert after.items() <= before.items()
        assert _said(here) == _said(there) > 0
        with opened(there.database_url) as database:
            engine = world(database, tmp_path, clock).engine
            assert finishing.audit(engine) >= 6
            finishing.finish(engine, clock)
            finishing.audit(engine)


def _said(at: Cpm) -> int:
    """How many messages are found by a word: the index of words is no table of ours, and in no backup."""
    with opened(at.database_url) as database, database.engine.connect() as connection:
        index = (
            "words @@ to_tsquery('simple', 'guten')"
            if connection.dialect.name == "postgresql"
            else "id IN (SELECT rowid FROM interaction_words WHERE interaction_words MATCH 'guten')"
        )
        return connection.scalar(text(f"SELECT count(*) FROM interactions WHERE {index}"))


def test_a_backup_is_of_one_moment_while_everybody_writes(
    databases: Databases, elsewhere: Databases, tmp_path: Path, clock: FakeClock
):
    """Of what customers and workers do meanwhile it holds all up to some moment, and nothing after it."""
    first, second = tmp_path / "first.backup", tmp_path / "second.backup"
    with _busy(databases, tmp_path / "here") as here, _empty(elsewhere, tmp_path / "there") as there:
        with opened(here.database_url) as database, _writing(engine_on(database, tmp_path)) as written:
            for file in (first, second):
                _wait_for(written, len(written) + 2)
                here("backup", file)
            _wait_for(written, len(written) + 2)
        with opened(here.database_url) as database, database.read() as session:
            at_last = session.scalar(text("SELECT count(*) FROM arrivals"))
        known = [here.json("backup", file, "--verify")["rows"]["arrivals"] for file in (first, second)]
        assert at_last - len(written) < known[0] < known[1] < at_last
        there("restore", second)
        with opened(there.database_url) as database:
            assert finishing.audit(world(database, tmp_path, clock).engine) >= 8


@contextlib.contextmanager
def _writing(engine: Engine) -> Iterator[list[int]]:
    """Customers write, and workers file what they wrote, until the block ends."""
    stop, written, worker = threading.Event(), list[int](), Worker(engine)

    def customers() -> None:
        while not stop.wait(0.1):
            letter = mail(message_id=f"<w{len(written)}@example.org>", text=f"Riss {len(written)}")
            with engine.begin("mailbox") as uow:
                interactions.store(uow, letter, process="complaint")
            written.append(len(written))

    def machines() -> None:
        while not stop.wait(0.01):
            worker.drain()

    threads = [threading.Thread(target=each) for each in (customers, machines)]
    for thread in threads:
        thread.start()
    try:
        yield written
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _wait_for(written: list[int], count: int) -> None:
    until = time.monotonic() + 60
    while len(written) < count and time.monotonic() < until:
        time.sleep(0.01)
    assert len(written) >= count


def test_a_call_under_way_is_made_again_under_the_same_key(
    databases: Databases, tmp_path: Path, clock: FakeClock
):
    with _busy(databases, tmp_path / "here") as here, _empty(databases, tmp_path / "there") as there:
        with opened(here.database_url) as database:
            before = world(database, tmp_path, clock)
            before.receive(mail(message_id="<under.way@example.org>"))
            with before.engine.begin("worker") as uow:
                call = uow.session.scalars(
                    select(Job).where(Job.kind == JobKind.CALL, Job.state == JobState.READY)
                ).one()
                call.state, call.attempts, call.run_at = JobState.RUNNING, 1, clock()
                key = call.key
        here("backup", tmp_path / "a.backup")
        there("restore", tmp_path / "a.backup")
        with opened(there.database_url) as database:
            after = world(database, tmp_path, clock)
            after.drain()
            assert [made.key for made in after.post.calls] == [key]
            assert after.post.calls[0].attempt == 2


def test_an_old_backup_sends_nothing_before_somebody_lets_it(sqlite, tmp_path: Path, clock: FakeClock):
    with _busy(sqlite, tmp_path / "here") as here:
        with opened(here.database_url) as database:
            world(database, tmp_path, clock).receive(mail(message_id="<held@example.org>"))
        here("backup", tmp_path / "a.backup")
        there = Cpm(f"sqlite:///{tmp_path}/there/cpm.db", tmp_path / "there")
        assert {"smtp", "notice"} <= set(there.json("restore", tmp_path / "a.backup", "--hold-calls")["held"])
        with opened(there.database_url) as database:
            held = world(database, tmp_path, clock)
            held.drain()
            assert held.post.calls == []
            for kind in ("smtp", "notice"):
                with held.engine.begin("otto") as uow:
                    suspending.resume_jobs(uow, kind)
            held.drain()
            assert len(held.post.calls) == 1


@pytest.mark.parametrize(
    "damage", ["cut off", "one letter", "one row less", "no backup", "a later release", "something after it"]
)
def test_a_file_that_is_not_whole_is_refused_before_anything_is_touched(sqlite, tmp_path: Path, damage: str):
    file = tmp_path / "a.backup"
    with _busy(sqlite, tmp_path / "here") as here:
        here("backup", file)
    _damage(file, damage)
    there = Cpm(f"sqlite:///{tmp_path}/there/cpm.db", tmp_path / "there")
    for command in (("restore", file), ("backup", file, "--verify")):
        if damage == "a later release" and command[0] == "backup":
            continue  # it is whole
        there(*command, code=1)
        assert there.complaint.startswith("cpm: Expected a.backup to be")
    assert not list((tmp_path / "there").glob("*"))


def _damage(file: Path, how: str) -> None:
    raw = file.read_bytes()
    lines = gzip.decompress(raw).split(b"\n")
    match how:
        case "cut off":
            file.write_bytes(raw[: len(raw) // 2])
        case "one letter":
            file.write_bytes(
                gzip.compress(gzip.decompress(raw).replace(b"Riss im Kessel", b"Riss im Tessel", 1))
            )
        case "one row less":
            row = next(place for place, line in enumerate(lines) if line.startswith(b"["))
            file.write_bytes(gzip.compress(b"\n".join(lines[:row] + lines[row + 1 :])))
        case "no backup":
            file.write_bytes(b"-- PostgreSQL database dump")
        case "a later release":
            whole = gzip.decompress(raw).replace(
                b'"schema": "%s"' % schema.head().encode(), b'"schema": "9999"'
            )
            file.write_bytes(_summed(whole))
        case "something after it":
            file.write_bytes(gzip.compress(gzip.decompress(raw) + b"[1]\n"))


def _summed(whole: bytes) -> bytes:
    """As a forger packs it: the sum is right, whatever was changed."""
    body, _, last = whole.rstrip(b"\n").rpartition(b"\n")
    told = json.loads(last) | {"sha256": hashlib.sha256(body + b"\n").hexdigest()}
    return gzip.compress(body + b"\n" + json.dumps(told).encode() + b"\n")


@pytest.mark.parametrize(
    ("was", "forged"),
    [
        (b'"taken_at": "', b'"taken_at": "no day '),
        (b'"schema": "', b'"schema": 7, "other": "'),
        (b'{"table": "cases"', b'{"table": ["cases"]'),
        (b'{"table": "cases"', b'{"table": "cases; DROP TABLE users"'),
        (b'"columns": ["id"', b'"columns": ["id", "id"'),
        (b"\n[1,", b"\n[99999999999999999999999,"),
        (b"\n[1,", b'\n[{"deep": 1},'),
        (b"\n[1,", b"\n[" + b"[" * 200_000 + b"]" * 200_000 + b","),
        (b"\n[1,", b"\n[1,1,"),
        (b"\n[1,", b"\n[1 1,"),
    ],
)
def test_a_forged_file_is_refused_in_a_sentence(tmp_path: Path, was: bytes, forged: bytes):
    """Its sum is right: whoever made it could count."""
    file = tmp_path / "a.backup"
    forgery = gzip.decompress((Path(__file__).parents[1] / "releases" / "0015.backup").read_bytes())
    assert was in forgery
    file.write_bytes(_summed(forgery.replace(was, forged, 1)))
    there = Cpm(f"sqlite:///{tmp_path}/there/cpm.db", tmp_path / "there")
    there("restore", file, code=1)
    assert re.match(r"cpm: Expected (to restore )?a\.backup", there.complaint), there.complaint
    assert not (tmp_path / "there" / "cpm.db").exists()


def test_a_file_that_unpacks_to_no_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A line is read only as far as a row can be long."""
    monkeypatch.setattr(backup_file, "_LONGEST", 1 << 16)
    bomb = tmp_path / "bomb.backup"
    bomb.write_bytes(gzip.compress(b" " * (1 << 20)))
    with pytest.raises(Invalid, match="longer than any row"):
        backup_file.contents(bomb)


def test_a_restore_that_fails_has_changed_nothing(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whatever stops it half-way, also when it was told to replace."""
    file, again = tmp_path / "a.backup", tmp_path / "again.backup"
    with _busy(databases, tmp_path / "here") as here:
        here("backup", file)
        rows = _rows(file)

        tables = iter(range(25))  # the last ones have no room

        def full(*_arguments: object) -> list[int]:
            if next(tables, None) is None:
                raise OSError(28, "No space left on device")
            return []

        with monkeypatch.context() as patch:
            patch.setattr("cpm.backup.restoring._packed", full)
            here("restore", file, "--replace", code=1)
        assert next(tables, None) is None
        here("backup", again)
        assert _rows(again) == rows


def test_what_there_is_is_replaced_only_if_told(databases: Databases, tmp_path: Path):
    file = tmp_path / "a.backup"
    with _busy(databases, tmp_path / "here") as here:
        here("backup", file)
        here("restore", file, code=1)
        assert "give --replace to lose them" in here.complaint
        with opened(here.database_url) as database:
            _change(database)
            with database.read() as held:
                held.execute(text("SELECT 1"))
                here("restore", file, "--replace", code=1)
                assert "other programs have it open" in here.complaint
        here("restore", file, "--replace")
        assert {case["subject"] for case in here.json("cases")["cases"]} >= {"Riss im Kessel (new)"}


def _change(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE cases SET subject = 'something else'"))


def test_its_file_is_the_owners_alone_and_never_overwritten(sqlite, tmp_path: Path):
    with _busy(sqlite, tmp_path / "here") as here:
        here("backup", tmp_path / "a.backup")
        assert (tmp_path / "a.backup").stat().st_mode & 0o777 == 0o600
        here("backup", tmp_path / "a.backup", code=1)
        assert "there is one at" in here.complaint
        here("backup", tmp_path / "none" / "a.backup", code=1)
        assert (
            here.complaint
            == f"cpm: Expected to write {tmp_path}/none/a.backup, but No such file or directory\n"
        )


def test_a_folder_keeps_as_many_as_it_is_told(sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "cpm-of-mine.backup").touch()
    with _busy(sqlite, tmp_path / "here") as here:
        for day in (1, 2, 3):
            monkeypatch.setattr("cpm.cli.backups.utcnow", lambda day=day: datetime(2026, 3, day, tzinfo=UTC))
            told = here.json("backup", folder, "--keep", 2)
    assert told["removed"] == ["cpm-20260301T000000Z.backup"]
    assert sorted(file.name for file in folder.iterdir()) == [
        "cpm-20260302T000000Z.backup",
        "cpm-20260303T000000Z.backup",
        "cpm-of-mine.backup",
    ]


def test_a_full_disk_leaves_no_half_file(sqlite, tmp_path: Path):
    """The limit on the size of files is as good as a disk that is full: writing fails in the middle."""
    folder = tmp_path / "backups"
    folder.mkdir()
    with _busy(sqlite, tmp_path / "here") as here:
        ended = subprocess.run(
            [sys.executable, "-m", "cpm.cli", "backup", folder],
            env=os.environ | {"CPM_DATABASE_URL": here.database_url, "CPM_HOME": str(here.home)},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)),
            check=False,
            capture_output=True,
            text=True,
        )
    assert (ended.returncode, list(folder.iterdir())) == (1, [])
    assert "File too large" in ended.stderr


def test_the_secret_goes_with_it_unless_it_was_given_from_outside(sqlite, tmp_path: Path):
    file, without = tmp_path / "a.backup", tmp_path / "b.backup"
    with _busy(sqlite, tmp_path / "here") as here:
        here("backup", file)
        secret = (here.home / "secret").read_bytes()
        here("backup", without, "--without-secret")
        here.environ["CPM_SECRET"] = "given to all our hosts"
        given = here.json("backup", tmp_path / "c.backup")
    assert secret in gzip.decompress(file.read_bytes())
    assert secret not in gzip.decompress(without.read_bytes())
    assert b"given to all" not in gzip.decompress((tmp_path / "c.backup").read_bytes())
    assert not given["has_secret"]

    assert _restored(file, tmp_path / "moved") == ("restored", secret)
    assert _restored(file, tmp_path / "back in time", "--new-secret")[0] == "other"
    assert _restored(without, tmp_path / "lost")[0] == "other"
    (tmp_path / "lost" / "cpm.db").unlink()
    before = (tmp_path / "lost" / "secret").read_bytes()
    assert _restored(file, tmp_path / "lost") == ("restored", secret)
    assert (tmp_path / "lost" / "secret.before-restore").read_bytes() == before


def _restored(file: Path, home: Path, *options: str) -> tuple[str, bytes]:
    """What became of the secret, and the one that the installation has now."""
    told = Cpm(f"sqlite:///{home}/cpm.db", home).json("restore", file, *options)
    return told["secret"], (home / "secret").read_bytes()


def test_whoever_was_signed_in_signs_in_again(sqlite, tmp_path: Path):
    """Else a sign-in that somebody ended since, perhaps because it was stolen, would be there again."""
    with _busy(sqlite, tmp_path / "here") as here:
        with opened(here.database_url) as database, database.write() as session:
            session.add(
                SignIn(login="anna", token="t", begun_at=MONDAY, seen_at=MONDAY, address="::1", browser="")
            )
        here("backup", tmp_path / "a.backup")
        here("restore", tmp_path / "a.backup", "--replace")
        with opened(here.database_url) as database, database.read() as session:
            assert session.scalars(select(SignIn)).all() == []


def test_a_database_that_is_not_there_is_a_plain_sentence_and_a_code_of_its_own(tmp_path: Path):
    file = tmp_path / "a.backup"
    nowhere = Cpm(f"sqlite:///{tmp_path}/none.db", tmp_path)
    nowhere("backup", file, code=3)
    assert "run `cpm init`" in nowhere.complaint
    Cpm("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path)("backup", file, code=3)
    assert not file.exists()
    assert not (tmp_path / "none.db").exists()


def test_who_may_not_read_all_tables_is_told(postgresql, tmp_path: Path):
    with _busy(postgresql, tmp_path / "here") as here:
        with opened(here.database_url) as database, database.write() as session:
            session.execute(text("CREATE ROLE cpm_test_reader LOGIN"))
            session.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO cpm_test_reader"))
            session.execute(text("REVOKE ALL ON cases FROM cpm_test_reader"))
        try:
            url = (
                make_url(here.database_url)
                .set(username="cpm_test_reader")
                .render_as_string(hide_password=False)
            )
            reader = Cpm(url, here.home)
            reader("backup", tmp_path / "a.backup", code=3)
            assert "permission denied for table cases" in reader.complaint
        finally:
            with opened(here.database_url) as database, database.write() as session:
                session.execute(text("DROP OWNED BY cpm_test_reader"))
                session.execute(text("DROP ROLE cpm_test_reader"))


def test_an_older_schema_is_backed_up_too_and_restored_as_todays(databases: Databases, tmp_path: Path):
    """So that a new release can take the backup before it upgrades."""
    with _empty(databases, tmp_path / "here") as here, _empty(databases, tmp_path / "there") as there:
        with opened(here.database_url) as database:
            schema.upgrade(database, "0005")
        here("backup", tmp_path / "a.backup")
        assert there.json("restore", tmp_path / "a.backup")["schema"] == "0005"
        with opened(there.database_url) as database:
            assert schema.current(database) == schema.head()

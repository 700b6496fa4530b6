"""The server that the tests start for themselves; what goes wrong there would look like our own failure."""

import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests import postgres


@pytest.fixture(autouse=True)
def _programs():
    try:
        postgres.programs()
    except postgres.NotInstalled as missing:
        pytest.skip(str(missing))


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string())


def test_a_cluster_answers_runs_as_nobody_special_and_leaves_nothing_behind(monkeypatch):
    """It is started hundreds of times on one machine, often by root."""
    monkeypatch.setenv("PGHOST", "db.example.com")
    with postgres.cluster() as url:
        folder = Path(make_url(url).query["host"])
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{server}").stat().st_uid != 0
        with _connect(url) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
            assert connection.execute("SELECT lower('Ä')").fetchone() == ("ä",)
    assert not folder.exists()
    assert not Path(f"/proc/{server}").exists()


def test_a_cluster_keeps_what_it_commits_if_asked():
    with postgres.cluster(fsync=True) as url, _connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_the_server_ends_with_the_tests_even_if_they_are_killed():
    """A killed run must not leave servers that eat the memory of the next ones."""
    program = (
        "import tests.postgres as p, time\nwith p.cluster() as url: print(url, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as tests:
        folder = Path(make_url(tests.stdout.readline().strip()).query["host"])
        server = Path("/proc") / (folder / "data" / "postmaster.pid").read_text().split()[0]
        assert server.exists()
        tests.kill()
    try:
        _wait_until_gone(server)
    finally:
        subprocess.run(["rm", "-rf", folder], check=True)


def _wait_until_gone(process: Path) -> None:
    deadline = time.monotonic() + 20
    while process.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not process.exists(), f"{process} still runs"

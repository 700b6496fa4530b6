"""PgBouncer before a server of the tests: each transaction gets any connection of a few, as `pool_mode = transaction` says."""

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree, which

import psycopg
from sqlalchemy import make_url

from tests import postgres

INSTALL = "sudo apt-get install -y pgbouncer"
_PORT = 6432  # only names the socket
_STARTS_WITHIN = 20.0  # seconds


class NotInstalled(Exception):
    """The text says what to do about it."""


@contextlib.contextmanager
def before(url: str) -> Iterator[str]:
    """Where the same database is to be had through the pooler. NotInstalled; the server is reached by a socket."""
    program = which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if program is None:
        raise NotInstalled(f"Expected pgbouncer, but it is not installed: {INSTALL}")
    server = make_url(url)
    folder = Path(tempfile.mkdtemp(prefix="cpm-pgbouncer-"))
    (folder / "users").write_text(f'"{server.username}" ""\n')
    (folder / "pgbouncer.ini").write_text(
        f"""[databases]
* = host={server.query["host"]} port=5432
[pgbouncer]
unix_socket_dir = {folder}
listen_port = {_PORT}
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 3
ignore_startup_parameters = options
"""
    )
    owner = postgres.as_whom(folder)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "-q", folder / "pgbouncer.ini"], **owner, stdout=log, stderr=log)
    try:
        _wait_until_ready(folder, server.username or "", process)
        yield server.set(query={"host": str(folder), "port": str(_PORT)}).render_as_string(
            hide_password=False
        )
    finally:
        process.terminate()
        process.wait(30)
        rmtree(folder, ignore_errors=True)


def _wait_until_ready(folder: Path, user: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(folder), port=_PORT, user=user, dbname="postgres").close()
            return
        time.sleep(0.02)
    raise RuntimeError(f"Expected PgBouncer to start, but it said: {(folder / 'log').read_text()[-2000:]}")

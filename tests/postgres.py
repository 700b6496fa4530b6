"""A PostgreSQL cluster of our own: made for a test run, reached by a socket in its folder, gone afterwards.

Nothing of it is visible to the network, so many runs may go on beside each other on one machine.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

INSTALL = "sudo apt-get install -y postgresql"
#: initdb and the first start together take about 2 s on an idle core.
STARTS_WITHIN = 60.0


class NotInstalled(Exception):
    """No server here; the text says what to do about it."""


@dataclass
class Server:
    """One that may be crashed and started again; `url` is that of its maintenance database."""

    url: str
    begin: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes]

    def crash(self) -> None:
        """Immediate shutdown: SIGQUIT ends all sessions where they are, and nothing is put in order (postgres(1))."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def start(self) -> None:
        """It recovers what was committed."""
        self.process = self.begin()


@contextlib.contextmanager
def cluster(*, fsync: bool = False) -> Iterator[str]:
    """The URL of a fresh, running server's maintenance database; the role may do everything there.

    Without fsync a crash of the machine, not of a process, would lose commits: right for tests, wrong for benches.
    Raises NotInstalled.
    """
    with server(fsync=fsync, commits_last=fsync) as running:
        yield running.url


@contextlib.contextmanager
def server(*, fsync: bool = False, commits_last: bool = True) -> Iterator[Server]:
    """As `cluster`; with `commits_last`, what was committed outlives a crash of its processes."""
    installed = programs()
    folder = Path(tempfile.mkdtemp(prefix="cpm-postgres-", dir=None if fsync else _in_memory()))
    try:
        owner = as_whom(folder)
        options = ("--username=cpm", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        subprocess.run(
            [installed / "initdb", "--pgdata", folder / "data", *options],
            **owner,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        begin = partial(_begun, installed, folder, owner, fsync=fsync, commits_last=commits_last)
        running = Server(f"postgresql+psycopg://cpm@/postgres?host={folder}&port=5432", begin, begin())
        try:
            yield running
        finally:
            _stop(running.process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def programs() -> Path:
    """The folder of initdb and postgres: Debian keeps it out of PATH, one for each major version."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True
    )
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NotInstalled(
        f"Expected PostgreSQL's initdb and postgres, but they are not installed: {INSTALL}, or set CPM_TEST_POSTGRES_URL"
    )


def _in_memory() -> str | None:
    """Where files cost nothing: there a database for a test is copied in 10 ms, on a disk in 120. Containers may have 64 MB only."""
    shared = Path("/dev/shm")
    return str(shared) if shared.is_dir() and shutil.disk_usage(shared).free > 2**30 else None


def as_whom(folder: Path) -> dict[str, Any]:
    """How to run the server's programs: PostgreSQL refuses root, so root hands the folder to somebody who may less."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    how: dict[str, Any] = {"cwd": folder, "env": environment}
    if os.geteuid() != 0:
        return how
    account = _account()
    os.chown(folder, account.pw_uid, account.pw_gid)
    return how | {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:  # a server that was not installed by Debian's package
        return pwd.getpwnam("nobody")


def _begun(
    installed: Path, folder: Path, owner: dict[str, Any], *, fsync: bool, commits_last: bool
) -> subprocess.Popen[bytes]:
    """A server that is ready."""
    durable = "on" if fsync else "off"
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "port": "5432",  # only names the socket
        "max_connections": "300",
        "max_wal_size": "128MB",  # memory, mostly
        "fsync": durable,
        "full_page_writes": durable,
        "synchronous_commit": "on" if commits_last else "off",
        "timezone": "America/St_Johns",  # a zone that nobody can mistake for UTC
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = folder / "log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*_dies_with_us(), installed / "postgres", "-D", folder / "data", *options],
            **owner,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the tests; the server ends when they have
        )
    try:
        _wait_until_ready(process, folder, log)
    except BaseException:
        _stop(process)
        raise
    return process


def _dies_with_us() -> list[str]:
    """Linux ends the server even if the tests are killed; elsewhere it would stay until somebody ends it."""
    return ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []


def _wait_until_ready(process: subprocess.Popen[bytes], folder: Path, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(folder), port=5432, user="cpm", dbname="postgres").close()
            return
        time.sleep(0.05)
    _stop(process)
    raise RuntimeError(
        f"Expected PostgreSQL to start, but it said: {log.read_text(errors='replace')[-2000:]}"
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown: SIGINT ends open sessions and waits for nobody (postgres(1))."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

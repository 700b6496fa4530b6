"""A Tryton server over a folder with its database: a process of Tryton's environment, on loopback, ours alone."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

import urllib3

from cpm.demo.erp import places
from cpm.demo.erp.keys import Keys
from cpm.errors import Unavailable

_STARTS_WITHIN, _STOPS_WITHIN, _LOOKS_EVERY = 90.0, 15.0, 0.05  # seconds
#: SQLite has one writer at a time; what waits for it is queued here.
_THREADS = 8


class Server:
    """Signals go to the process that it started, and to no other."""

    def __init__(self, version: str, folder: Path, *, port: int | None = None) -> None:
        """The folder holds the database; `keys.json` too, except while it is built. Without a port it takes a free one."""
        self.version, self.folder = version, folder
        self.port = port if port is not None else _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = places.DATABASE
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def from_snapshot(cls, version: str, snapshot: Path, folder: Path, *, port: int | None = None) -> Self:
        """Over a copy of it in the folder; what is there already stays as it is."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("keys.json", f"{places.DATABASE}.sqlite"):  # in this order: a database has its keys
            if not (folder / name).exists():
                shutil.copy2(snapshot / name, folder / f"{name}.new")
                (folder / f"{name}.new").replace(folder / name)
        return cls(version, folder, port=port)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def keys(self) -> Keys:
        return Keys.read(self.folder)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, *, wait: bool = True) -> None:
        """Does nothing while it runs."""
        if self.running:
            return
        environ = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
        }
        tryton = {"TRYTOND_CONFIG": str(write_config(self.folder)), "TRYTOND_DATABASE_NAMES": self.database}
        python = places.environment(self.version) / "bin" / "python"
        waitress = [f"--listen=127.0.0.1:{self.port}", f"--threads={_THREADS}", "trytond.application:app"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own arguments
                [*_dies_with_us(), python, "-m", "waitress", *waitress],
                env=environ | tryton,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,  # Ctrl-C is for who started it
            )
        if wait:
            self.until_it_answers()

    def until_it_answers(self) -> None:
        """Unavailable when it ends instead, or does not in time; its own words are then in server.log."""
        deadline = time.monotonic() + _STARTS_WITHIN
        while not self.answers():
            if not self.running or time.monotonic() > deadline:
                log = self.folder / "server.log"
                raise Unavailable(
                    f"Expected Tryton to answer at {self.url}, but it does not: {log.read_text(errors='replace')[-1500:]}"
                )
            time.sleep(_LOOKS_EVERY)

    def answers(self) -> bool:
        """Of its database, not of the port alone: who comes without a key is refused by it."""
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            place = f"{self.url}/{self.database}/rest/model/party.party"
            return urllib3.request("GET", place, timeout=_STARTS_WITHIN, retries=False).status == 401
        return False

    def stop(self) -> None:
        if self._process is None or not self.running:
            return
        self.thaw()
        self._process.terminate()
        try:
            self._process.wait(_STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """By kill -9: what was not committed is gone."""
        self._send(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def freeze(self) -> None:
        """It takes connections and answers none, until it is thawed; then it does what it was asked meanwhile."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def restart(self) -> None:
        """On the same port."""
        self.stop()
        self.start()

    def _send(self, number: signal.Signals) -> None:
        if self._process is not None and self.running:
            self._process.send_signal(number)


def write_config(folder: Path) -> Path:
    """Read by Tryton's programs. A session lives long: people leave the demo open."""
    config = folder / "trytond.conf"
    config.write_text(
        f"[database]\nuri = sqlite://\npath = {folder}\n[session]\nmax_age = 2592000\n[queue]\nworker = False\n"
    )
    return config


def _free_port() -> int:
    with socket.socket() as looking:
        looking.bind(("127.0.0.1", 0))
        port: int = looking.getsockname()[1]
        return port


def _dies_with_us() -> list[str]:
    """Linux ends it even if we are killed; elsewhere it would stay until somebody ends it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []

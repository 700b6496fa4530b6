"""The real server, `cpm serve`, as a process of its own: started, and killed without a word."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 20.0  #: seconds


@contextlib.contextmanager
def serving(url: str, home: Path, port: int, threads: int = 2) -> Iterator[subprocess.Popen[bytes]]:
    """Once it answers; it is the first of a process group of its own."""
    environ = {**os.environ, "CPM_DATABASE_URL": url, "CPM_HOME": str(home), "CPM_HTTP_PORT": str(port)}
    environ |= {
        "CPM_HTTP_URL": f"http://127.0.0.1:{port}",
        "CPM_SECRET": "a secret of this test alone, and long",
    }
    command = [sys.executable, "-m", "cpm.cli", "serve", "--processes", "1", "--threads", str(threads)]
    until = time.monotonic() + 3 * PATIENCE
    while (
        _answers(port) and time.monotonic() < until
    ):  # what is left of one that was killed takes connections still
        time.sleep(0.05)
    server = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        while time.monotonic() < until and not _answers(port):
            assert server.poll() is None
            time.sleep(0.1)
        yield server
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE)


def kill(server: subprocess.Popen[bytes]) -> None:
    """With all its processes."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait(PATIENCE)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])

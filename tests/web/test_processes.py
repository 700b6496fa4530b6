"""Which process of `cpm serve` takes what comes: one at rest, before one that is at work."""

import contextlib
import http.client
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.hosts import eventually
from tests.crash.serving import PATIENCE, free_port, kill

#: Answers with its process; what is asked at /long waits until a file says that it may end.
APPLICATION = """
import os, time
from pathlib import Path

class Application:
    extensions = {"cpm": None}

    def __call__(self, environ, answer):
        if environ["PATH_INFO"] == "/long":
            Path(f"at-work-{os.getpid()}").touch()
            while not Path("may-end").exists():
                time.sleep(0.01)
        answer("200 OK", [("Content-Type", "text/plain")])
        return [str(os.getpid()).encode()]
"""
LONG = "/long"

Ask = Callable[[str], int]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    (tmp_path / "pids.py").write_text(APPLICATION)
    port = free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "pids:Application()", "--bind", f"127.0.0.1:{port}"),
            *("--workers", "2", "--threads", "4", "--worker-class", "web.live.gunicorn.Worker"),
            *("--no-control-socket", "--log-level", "warning"),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{Path.cwd()}{os.pathsep}{tmp_path}"},
        start_new_session=True,
    )

    def ask(path: str) -> int:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as one:
            one.request("GET", path)
            return int(one.getresponse().read())

    def both_there() -> bool:
        with contextlib.suppress(OSError):
            return len({ask("/") for _ in range(20)}) == 2
        return False

    try:
        eventually(both_there)
        yield ask
    finally:
        (tmp_path / "may-end").touch()
        for each in (thread for thread in threading.enumerate() if thread.name == LONG):
            each.join(PATIENCE)
        kill(server)  # which way it ends is not the matter here, and in good order it takes two seconds


def test_a_process_at_work_leaves_what_comes_to_one_at_rest(ask: Ask, tmp_path: Path):
    busy = _begun(ask, tmp_path, 1)
    took = [ask("/") in busy for _ in range(60)]
    assert sum(took) < 12, (
        "taking turns, either of them would take half"
    )  # what comes at the very end of its patience is taken


def test_what_comes_while_all_are_at_work_does_not_wait_for_them(ask: Ask, tmp_path: Path):
    _begun(ask, tmp_path, 1)
    busy = _begun(ask, tmp_path, 2)
    assert {ask("/") for _ in range(5)} <= busy


def _begun(ask: Ask, folder: Path, processes: int) -> set[int]:
    """One more long request; the processes at work, once there are so many."""
    threading.Thread(target=ask, args=(LONG,), name=LONG, daemon=True).start()
    eventually(lambda: len(_at_work(folder)) == processes)
    return _at_work(folder)


def _at_work(folder: Path) -> set[int]:
    return {int(one.name.removeprefix("at-work-")) for one in folder.glob("at-work-*")}

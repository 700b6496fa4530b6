"""One process tree: children that run until the parent is asked to stop, or one of them ends by itself."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from cpm.errors import Unavailable

_STARTS_WITHIN, _STOPS_WITHIN, _LOOKS_EVERY = 120.0, 15.0, 0.1  # seconds


class Tree:
    """As a context: leaving it ends all children. None is restarted: who watches should know.

    One that is started with `ended` is no more than beside the others, who go on without it: that is told by its exit code.
    """

    def __init__(self, environ: Mapping[str, str], stopped: threading.Event) -> None:
        """Whoever asks it to stop sets `stopped`."""
        self._environ, self._stopped = dict(environ), stopped
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._beside: dict[str, Callable[[int], None]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + _STOPS_WITHIN
        for child in self._children.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)  # with its own children: nothing of it stays
                child.wait()

    def start(self, *arguments: str, ended: Callable[[int], None] | None = None) -> None:
        """Start `cpm <arguments>`. Loading takes it longest; whom it does not need may be started meanwhile."""
        if ended is not None:
            self._beside[arguments[0]] = ended
        # -P: a folder of the same name in the working directory is not our program
        self._children[arguments[0]] = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
            [sys.executable, "-P", "-m", "cpm.cli", *arguments],
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C is for the parent, which ends them in good order
        )

    def runs(self, name: str) -> bool:
        """Whether it was started, and has not been seen to end."""
        return name in self._children

    def until_listening(self, name: str, port: int) -> None:
        """Return when it listens on the port, or we are asked to stop. Unavailable when one of them ends instead."""
        deadline = time.monotonic() + _STARTS_WITHIN
        while not _listens(port) and not self._stopped.wait(_LOOKS_EVERY):
            self._must_live()
            if time.monotonic() > deadline:
                raise Unavailable(f"Expected `cpm {name}` to listen on port {port}, but it does not")

    def watch(self) -> None:
        """Until it is asked to stop. Unavailable names the child that ended before."""
        while not self._stopped.wait(_LOOKS_EVERY):
            self._must_live()

    def _must_live(self) -> None:
        for name, child in list(self._children.items()):
            if (code := child.poll()) is None:
                continue
            if name not in self._beside:
                raise Unavailable(
                    f"Expected `cpm {name}` to go on, but it ended with {code}; all stops with it"
                )
            del self._children[name]
            self._beside[name](code)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False

"""The workers of one `cpm work` and what they have in hand, in a file that outlives them all.

A container that runs out of memory may be killed as a whole, parent and children at once: whoever starts next at this
place reads in the file what they died with. After a start of the machine nobody does: that was no job's fault.
"""

import contextlib
import fcntl
import mmap
import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

from cpm.errors import Unavailable
from cpm.worker import hands
from cpm.worker.hands import Hands

_NAME = 128  #: bytes before a worker's hands
_ENTRY = _NAME + hands.SIZE
_BOOT = Path("/proc/sys/kernel/random/boot_id")  # random(4); elsewhere every start of the machine looks alike
_SUFFIX = ".hands"


class Roster:
    def __init__(self, folder: Path, places: int) -> None:
        """Unavailable if the folder cannot be written to."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path = folder / f"{_host()}.{_boot()}.{secrets.token_hex(4)}{_SUFFIX}"
            self._file = _locked_file(self._path, places * _ENTRY)
        except OSError as error:
            raise Unavailable(f"Expected to write to the folder {folder}, but {error.strerror}") from error
        self._memory = mmap.mmap(self._file, places * _ENTRY)
        self._entered = 0

    def enter(self, place: int) -> tuple[str, Hands]:
        """A new worker: its name, which no other ever had, and its empty hands."""
        self._entered += 1
        name = f"{_host()}:{os.getpid()}:{self._path.stem[-8:]}.{self._entered}"
        self._memory[place * _ENTRY : (place + 1) * _ENTRY] = name.encode().ljust(_ENTRY, b"\0")
        return name, Hands(self._memory, place * _ENTRY + _NAME)

    def left(self, place: int) -> tuple[str, list[int]]:
        """What the worker that was there had in hand when it died."""
        return entry(self._memory, place)

    def is_gone(self) -> bool:
        """Somebody has taken the folder away from under us."""
        try:
            self._path.stat()
        except FileNotFoundError:
            return True
        return False

    def close(self) -> None:
        """All have ended."""
        self._path.unlink(missing_ok=True)
        os.close(self._file)


@contextlib.contextmanager
def orphaned(folder: Path) -> Iterator[list[tuple[str, list[int]]]]:
    """Workers that ended with those who watched them, and what they had in hand; forgotten if the block succeeds."""
    with contextlib.ExitStack() as locks:
        ended = {
            path: left for path in _of_this_host(folder) if (left := _left_there(path, locks)) is not None
        }
        died = [content for path, content in ended.items() if _boot() in path.name]
        entries = [entry(content, place) for content in died for place in range(len(content) // _ENTRY)]
        yield [(name, jobs) for name, jobs in entries if jobs]
        for path in ended:
            path.unlink(missing_ok=True)


def _of_this_host(folder: Path) -> list[Path]:
    """Several hosts may share the folder, and one may be called as another with a dot and more behind it."""
    return [path for path in sorted(folder.glob(f"*{_SUFFIX}")) if path.name.rsplit(".", 3)[0] == _host()]


def _left_there(path: Path, locks: contextlib.ExitStack) -> bytes | None:
    """What is in it, if nobody lives who had it: the system gives a lock back when all have ended.

    None also if another parent was faster to clear it away, or if it is another user's. Open for writing, since NFS
    locks nothing else (flock(2)).
    """
    try:
        file = locks.enter_context(path.open("r+b"))
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, FileNotFoundError, PermissionError):
        return None
    return file.read()


def _host() -> str:
    return socket.gethostname()[:80]


def _boot() -> str:
    """Another word after each start of the machine."""
    return _BOOT.read_text().strip() if _BOOT.exists() else "boot"


def _locked_file(path: Path, size: int) -> int:
    """Under its name only when it is locked, so that nobody takes it for an orphan's. Children keep the lock with us."""
    early = path.with_suffix(".new")
    file = os.open(early, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.posix_fallocate(file, 0, size)  # on a full disk an error now, and not a SIGBUS at the first job
    fcntl.flock(file, fcntl.LOCK_EX)
    early.rename(path)
    return file


def entry(memory: mmap.mmap | bytes, place: int) -> tuple[str, list[int]]:
    begin = place * _ENTRY
    name = memory[begin : begin + _NAME].rstrip(b"\0").decode()
    return name, hands.held(memory, begin + _NAME)

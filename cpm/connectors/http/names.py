"""Looks a host's name up within a time: the system's resolver has none of ours, and a name server that says nothing would hold a worker."""

import socket
from concurrent.futures import Future
from threading import BoundedSemaphore, Thread

_MOST = 16  #: threads of a process; one that nobody waits for any more ends when the resolver gives up (resolv.conf(5): 5 s a server, twice)
_FREE = BoundedSemaphore(_MOST)


def addresses(host: str, port: int, *, within: float) -> list[str]:
    """In the order in which they are to be tried. TimeoutError, OSError or ValueError if there is none.

    `within` seconds, or twice that if all threads wait already.
    """
    if not _FREE.acquire(timeout=within):
        raise TimeoutError
    found: Future[list[str]] = Future()
    try:
        Thread(target=_look, args=(host, port, found), name="names", daemon=True).start()
    except RuntimeError as error:  # the system gives us no thread just now: its place is free again
        _FREE.release()
        raise TimeoutError from error
    return found.result(timeout=within)


def _look(host: str, port: int, found: Future[list[str]]) -> None:
    try:
        all_of_it = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found.set_result([str(each[4][0]) for each in all_of_it])
    except (OSError, ValueError) as error:
        found.set_exception(error)
    finally:
        _FREE.release()

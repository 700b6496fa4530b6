"""How often one network may ask for pages of cases, and how often in vain.

Counted in the memory of each process, like the rates of tokens: it keeps a burden away. What keeps guesses out is the
links' signature.
"""

import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from cpm.commands.sign_in_brakes import network
from cpm.errors import TooMany

_LIMITER = FixedWindowRateLimiter(MemoryStorage())
_PAGES = RateLimitItemPerMinute(120)
_LOOKED_UP = RateLimitItemPerMinute(180)
_DRAWN = RateLimitItemPerMinute(240)
_IN_VAIN = RateLimitItemPerMinute(30, 15)


def page(address: str) -> None:
    """TooMany if this network has asked for very many pages."""
    if not _LIMITER.hit(_PAGES, "page", network(address)):
        raise _later(_PAGES, "page", address)


def look_up(address: str) -> None:
    """TooMany if this network has looked up very much on public forms."""
    if not _LIMITER.hit(_LOOKED_UP, "look", network(address)):
        raise _later(_LOOKED_UP, "look", address)


def draw(address: str) -> None:
    """TooMany if this network has had public forms drawn again very often: each may look up two hundred rows."""
    if not _LIMITER.hit(_DRAWN, "draw", network(address)):
        raise _later(_DRAWN, "draw", address)


def before_guessing(address: str) -> None:
    """TooMany if this network has asked for many that are none."""
    if not _LIMITER.test(_IN_VAIN, "vain", network(address)):
        raise _later(_IN_VAIN, "vain", address)


def guessed(address: str) -> None:
    _LIMITER.hit(_IN_VAIN, "vain", network(address))


def forget() -> None:
    """For tests, which all come from one network."""
    _LIMITER.storage.reset()


def _later(limit: RateLimitItem, of: str, address: str) -> TooMany:
    reset = _LIMITER.get_window_stats(limit, of, network(address)).reset_time
    return TooMany(
        "Very many requests came from here just now. Please try again later.",
        after=max(1, int(reset - time.time()) + 1),
        de="Von hier kamen gerade sehr viele Anfragen. Bitte später noch einmal versuchen.",
    )

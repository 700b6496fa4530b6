"""Addresses at which other systems tell us something, signed: `/hooks/<process>/<system>/<hook>` (docs/http.md)
and telephone systems `/hooks/cti/<system>` (docs/desk.md).
"""

from collections.abc import Callable
from ipaddress import ip_address
from typing import TypeVar

from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from cpm.commands import hooks, ringing
from cpm.commands.hooks import Told
from cpm.commands.sign_in_brakes import network
from cpm.errors import NotFound, TooMany, Unauthorized
from cpm.uow import UnitOfWork
from web import access, csrf, text
from web.here import engine

Heard = TypeVar("Heard")
blueprint = Blueprint("hooks", __name__)
_LIMITER = FixedWindowRateLimiter(MemoryStorage())
_PASSED_ON = ("forwarded", "x-forwarded-", "x-real-ip", "via")  #: what proxies add
_IN_VAIN = RateLimitItemPerMinute(60)  #: for who knows no secret; others may tell us what they have to


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    csrf.protect.exempt(blueprint)


def forget() -> None:
    """For tests, which all come from one network."""
    _LIMITER.storage.reset()


@blueprint.post("/hooks/<owner>/<system>/<key>")
@access.public
@text.told_by_the_form  # nothing of it is read before its signature: a form neither
def take(owner: str, system: str, key: str) -> ResponseReturnValue:
    """204 whether a case took it now, before, or will; the sender's repeats count once."""
    who = f"hook {owner}/{system}"
    message = _proved(who, lambda look: hooks.heard(look, owner, system, key, _told()))
    if message is not None:
        with engine().begin(who) as uow:
            hooks.take(uow, message)
    return "", 204


@blueprint.post("/hooks/cti/<system>")
@access.public
@text.told_by_the_form
def ring(system: str) -> ResponseReturnValue:
    """A telephone system tells of a call: 204, however often it says the same (docs/desk.md)."""
    who = f"cti {system}"
    told = _proved(who, lambda look: ringing.heard(look, system, _told()))
    with engine().begin(who) as uow:
        ringing.take(uow, system, told)
    return "", 204


def _proved(who: str, heard: Callable[[UnitOfWork], Heard]) -> Heard:
    """Strangers cost no write, and soon are not listened to."""
    stranger = network(request.remote_addr or "")
    if not _LIMITER.test(_IN_VAIN, stranger):
        raise TooMany("Too many requests without a valid signature came from here", after=60)
    try:
        with engine().read(who) as look:
            return heard(look)
    except (NotFound, Unauthorized):
        _LIMITER.hit(_IN_VAIN, stranger)
        raise


def _told() -> Told:
    headers = {name.lower(): value for name, value in request.headers.items()}
    private = not _passed_on() and (request.is_secure or _from_here())
    return Told(headers, request.get_data(cache=False), private=private)


def _passed_on() -> bool:
    """By a proxy that CPM_HTTP_PROXIES does not count: then all requests seem to come from where it runs."""
    return not engine().settings.http_proxies and any(
        name.lower().startswith(_PASSED_ON) for name, _ in request.headers
    )


def _from_here() -> bool:
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:  # a socket of this machine has no address
        return not request.remote_addr

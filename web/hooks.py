"""Addresses at which other systems tell us something, signed: `/hooks/<process>/<system>/<hook>` (docs/http.md)."""

from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from cpm.commands import hooks
from cpm.commands.hooks import Told
from cpm.commands.sign_in_brakes import network
from cpm.errors import NotFound, TooMany, Unauthorized
from web import access, csrf, text
from web.here import engine

blueprint = Blueprint("hooks", __name__)
_LIMITER = FixedWindowRateLimiter(MemoryStorage())
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
    stranger = network(request.remote_addr or "")
    if not _LIMITER.test(_IN_VAIN, stranger):
        raise TooMany("Too many requests without a valid signature came from here", after=60)
    headers = {name.lower(): value for name, value in request.headers.items()}
    told = Told(headers, request.get_data(cache=False))
    who = f"hook {owner}/{system}"
    try:
        with engine().read(who) as look:  # strangers cost no write
            message = hooks.heard(look, owner, system, key, told)
    except (NotFound, Unauthorized):
        _LIMITER.hit(_IN_VAIN, stranger)
        raise
    if message is not None:
        with engine().begin(who) as uow:
            hooks.take(uow, message)
    return "", 204

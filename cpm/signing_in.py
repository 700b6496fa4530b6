"""Sign in and change a password: what hashes a password, outside of any transaction, between looking and writing."""

import math
from datetime import timedelta

from cpm import passwords
from cpm.commands import passwords as commands
from cpm.commands import sign_in_brakes, sign_ins
from cpm.commands.sign_ins import Compared, Refused, SignedIn
from cpm.engine import Engine
from cpm.errors import CpmError, Forbidden, Invalid, TooMany, Unauthorized
from cpm.model import User


def sign_in(engine: Engine, login: str, password: str, *, address: str, browser: str = "") -> SignedIn:
    """Unauthorized says the same whatever was wrong; TooMany says when the next attempt is welcome."""
    login = login.strip().lower()[:100]
    compared = _compared(engine, login, password, address)
    with engine.begin("sign-in") as uow:
        done = sign_ins.begin(uow, login, compared, address=address, browser=browser)
    if isinstance(done, Refused):
        raise _refusal(done.wait)
    return done


def change_password(
    engine: Engine, login: str, *, current: str, new: str, address: str, token: str | None = None
) -> None:
    """By its owner, who must know the current one; ends their other sign-ins, all but that with this token.

    A wrong current password counts as a failed sign-in: a browser left open is no place to guess.
    """
    compared = _compared(engine, login, current, address)
    if not compared.right:
        with engine.begin(login) as uow:
            sign_ins.mistaken(uow, login, address=address)
        raise _wrong("current")
    with engine.read() as look:
        name = look.get(User, login).name
    if new == current:
        raise Invalid(
            "Expected another password than the current one, but it is the same",
            [("password", "is the current one")],
            de="Das neue Passwort muss ein anderes sein als das bisherige.",
        )
    passwords.check(new, login, name)
    made = passwords.hash_(new)
    with engine.begin(login) as uow:
        if uow.user().password != compared.hash:
            raise Forbidden("Expected the password that was there a moment ago, but it has changed")
        commands.put(uow, login, made, except_token=token)


def _compared(engine: Engine, login: str, password: str, address: str) -> Compared:
    """TooMany before any work is done for somebody who must wait."""
    with engine.read() as look:
        user = look.session.get(User, login)
        if left := sign_in_brakes.wait(look, login, user, address):
            raise _refusal(left)
    kept = user.password if user is not None and user.active else None
    right = len(password) <= passwords.LONGEST and passwords.verify(kept, password)
    fresh = passwords.hash_(password) if right and kept and passwords.outdated(kept) else None
    return Compared(right, kept, fresh)


def _refusal(wait: timedelta) -> CpmError:
    if not wait:
        return Unauthorized(
            "Expected a login and its password, but they do not belong together",
            de="Anmeldename und Passwort passen nicht zusammen.",
        )
    seconds = math.ceil(wait.total_seconds())
    minutes = math.ceil(seconds / 60)
    return TooMany(
        f"Expected fewer wrong passwords, but there were too many: try again in {minutes} min",
        after=seconds,
        de=f"Zu viele falsche Passwörter. Bitte in {minutes} min noch einmal versuchen.",
    )


def _wrong(field: str) -> Invalid:
    return Invalid(
        "Expected the current password, but it is another",
        [(field, "is not the current password")],
        de="Das bisherige Passwort stimmt nicht.",
    )

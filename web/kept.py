"""What somebody typed while their session ended is not lost: signing in again brings it back.

The sign-in page carries it along, signed; after signing in, one button sends it where it was meant to go. It is its
author's alone: the form says whose page it was on, and nobody else who signs in there sees it.
Files are not carried: a browser would not give them twice.
"""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from flask import current_app, render_template, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import RequestEntityTooLarge

_HOURS = 12
_MOST = 200_000  # characters that a page carries along
#: The hidden input of a form that says for whom its page was drawn.
WHO = "_who"
_OURS = frozenset({"csrf_token", WHO})
_WITH_PASSWORDS = frozenset({"account.change_password", "account.sign_in"})


@dataclass(frozen=True, slots=True)
class Kept:
    login: str
    path: str
    fields: tuple[tuple[str, str], ...]


def sign_in_page(words: str) -> str:
    """The sign-in page instead of what was asked for, which it remembers."""
    return render_template("account/sign_in.html", words=words, next=_next(), kept=_pack(), login="")


def unpack(text: str) -> Kept | None:
    """What the page carried; None if it is nothing, too old, or not of our making."""
    if not text:
        return None
    try:
        login, path, fields = _signer().loads(text, max_age=_HOURS * 3600)
    except (BadData, ValueError):  # of an older release there was no login
        return None
    return Kept(login, path, tuple((name, value) for name, value in fields))


def ours(address: str | None) -> str | None:
    """The address if it is a path of this site: no open redirect."""
    if not address or not address.startswith("/") or address[1:2] in ("/", "\\"):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc or any(c < " " for c in address) else address


def _next() -> str:
    """Where to go after signing in: the page asked for, or the one whose form was posted."""
    return request.full_path.rstrip("?") if request.method == "GET" else came_from()


def came_from() -> str:
    """The page whose form was posted, as its browser says; the start page if it does not."""
    referrer = _split(request.referrer)
    return referrer.path if referrer.netloc == request.host else "/"


def typed() -> list[tuple[str, str]] | None:
    """What a page of ours posted, None if none did: the browser names the origin of every post. Passwords are typed again."""
    if request.method != "POST" or _split(request.headers.get("Origin")).netloc != request.host:
        return None
    if request.endpoint in _WITH_PASSWORDS:
        return None
    try:
        fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _OURS]
    except RequestEntityTooLarge:
        return None
    return fields if sum(len(name) + len(value) for name, value in fields) <= _MOST else None


def _pack() -> str:
    """Nothing where nobody says whose it is."""
    fields = typed()
    login = request.form.get(WHO) if fields is not None else None
    return _signer().dumps((login, request.full_path.rstrip("?"), fields)) if login else ""


def _split(address: str | None) -> SplitResult:
    """What is no address has no parts."""
    try:
        return urlsplit(address or "")
    except ValueError:
        return urlsplit("")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="kept")

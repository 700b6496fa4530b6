"""Who asks: found once per request, by the session's sign-in, or by the token that a program brings.

A token counts for REST only, a session for pages only: so no page of somebody else can make a browser call REST.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from functools import partial

from flask import Flask, Response, g, request, session

from cpm.commands import sign_ins, tokens
from cpm.errors import Unauthorized, Unavailable
from cpm.model import ApiToken, Role, SignIn, User, scopes_of
from cpm.uow import UnitOfWork
from web import language
from web.here import engine

#: Under this name the session cookie holds the sign-in's token.
SIGN_IN = "sign_in"
REST = "/api/"
METRICS = "/metrics"
HOOKS = "/hooks/"
#: What a page asks by itself, whether somebody is there or not: it does not prolong a sign-in.
_BY_ITSELF = frozenset(
    {
        *("agent.here", "agent.inbox_counts", "agent.inbox_news", "agent.mentions_news", "erp.standing"),
        *("live.of_case", "live.stream", "phone.standing", "supervisor.exceptions_news"),
    }
)
#: Pages that ask for a part of themselves by themselves.
_POLLED = frozenset({"agent.case", "bulk.batch"})


@dataclass(frozen=True, slots=True)
class Visitor:
    login: str
    name: str
    roles: frozenset[Role]
    teams: frozenset[str]
    must_change: bool = False  #: a password of their own is due
    single_keys: bool = True
    mentions: int = 0  #: comments that name them and that they have not seen
    rings: bool = False  #: a telephone system knows their desk
    has_in_hand: bool = False  #: as the request came; the frame reads what it is
    has_call: bool = False  #: likewise
    sign_in: int | None = None  #: the session's
    scopes: frozenset[str] | None = None  #: of the token that asks; None for a person
    row: User | None = field(default=None, repr=False, compare=False)  #: as the request came, of no session

    def has(self, *roles: Role) -> bool:
        return bool(self.roles.intersection(roles))


def register(app: Flask) -> None:
    app.before_request(_find)
    app.jinja_env.globals["own_login"] = _own_login
    app.after_request(_once_answered)


def visitor() -> Visitor:
    """Who asks; only where the access rule lets nobody else in."""
    found = visitor_or_none()
    if found is None:
        raise Unauthorized("Please sign in: you are not, or no longer, signed in.")
    return found


def visitor_or_none() -> Visitor | None:
    found: Visitor | None = g.get("visitor")
    return found


def _own_login() -> str:
    """Of who asks, "" of nobody: for macros, which know nothing of their page."""
    who = visitor_or_none()
    return who.login if who is not None else ""


def reading() -> AbstractContextManager[UnitOfWork]:
    """Queries by who asks, whom the request has looked up already."""
    who = visitor()
    return engine().read(who.login, person=who.row)


def _find() -> None:
    g.visitor = None
    if request.path.startswith(REST) or request.path == METRICS:
        g.visitor = _of_token()
    elif request.endpoint != "static" and SIGN_IN in session:
        g.visitor = _of_session(session[SIGN_IN])


def _of_session(token: str) -> Visitor | None:
    with engine().read() as look:
        found = sign_ins.find(look, token)
        stale = found is not None and found[1].unseen(look.now) and not _by_itself()
    if found is None:
        session.pop(SIGN_IN)
        return None
    if stale:
        _in_use(found[0].login, partial(sign_ins.seen, sign_in_id=found[1].id))
    language.prefer(found[0].language)
    return _of(found[0], sign_in=found[1])


def _in_use(login: str, note: Callable[[UnitOfWork], None]) -> None:
    """To be noted once the answer is on its way: nobody waits for that, and no page fails by it."""
    of = engine()

    def noted() -> None:
        with suppress(Unavailable), of.begin(login) as uow:
            note(uow)

    g.note_in_use = noted


def _once_answered(response: Response) -> Response:
    if (note := g.pop("note_in_use", None)) is None:
        return response
    if response.direct_passthrough:  # a file is handed to the server as it is: nobody hears that it is sent
        note()
    else:
        response.call_on_close(note)
    return response


def _by_itself() -> bool:
    polled = request.endpoint in _POLLED and "HX-Request" in request.headers
    return polled or request.endpoint in _BY_ITSELF


def _of_token() -> Visitor | None:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if not text:
        return None
    with engine().read() as look:
        found = tokens.find(look, text.strip()) if kind.lower() == "bearer" else None
        stale = found is not None and found[1].unseen(look.now)
    if found is None:
        raise Unauthorized(
            "Expected a token that is in force, as in `Authorization: Bearer cpm_...`, but this one is not",
            de="Das Zugangs-Token gilt nicht (mehr).",
        )
    if stale:
        _in_use(found[0].login, partial(tokens.used, token_id=found[1].id))
    return _of(found[0], token=found[1])


def _of(user: User, *, sign_in: SignIn | None = None, token: ApiToken | None = None) -> Visitor:
    return Visitor(
        login=user.login,
        name=user.name,
        roles=frozenset(Role(role) for role in user.roles),
        teams=user.teams,
        must_change=user.must_change and sign_in is not None,
        single_keys=user.single_keys,
        mentions=user.unseen_mentions,
        rings=bool(user.extensions),
        has_in_hand=user.has_in_hand,
        has_call=user.has_call,
        sign_in=None if sign_in is None else sign_in.id,
        scopes=None if token is None else scopes_of(user.roles).intersection(token.scopes),
        row=user,
    )

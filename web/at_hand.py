"""What every page shows to people who work on cases: those they have in hand, and the call on their desk."""

from dataclasses import dataclass

from flask import g, request

from cpm.errors import Unavailable
from cpm.model import Role
from cpm.queries import in_hand, talks
from cpm.queries.in_hand import InHand
from cpm.queries.talks import OnDesk
from web.here import engine
from web.visitor import Visitor, visitor_or_none

_LOOKING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class AtHand:
    cases: InHand | None
    call: OnDesk | None


_NOTHING = AtHand(None, None)


def at_hand() -> AtHand:
    """One transaction a page, and none for who has nothing at hand; nothing either while the database is away."""
    if "at_hand" not in g:
        g.at_hand = _read(visitor_or_none())
    found: AtHand = g.at_hand
    return found


def call() -> OnDesk | None:
    """The same without the cases, for a request that shows no more."""
    if "at_hand" in g:
        return at_hand().call
    who = visitor_or_none()
    if who is None or not _works(who) or not _may_have(had=who.has_call):
        return None
    with engine().read(who.login) as look:
        return talks.on_desk(look, who.login)


def _read(who: Visitor | None) -> AtHand:
    if who is None or not _works(who):
        return _NOTHING
    cases, calls = _may_have(had=who.has_in_hand), _may_have(had=who.has_call)
    if not (cases or calls):
        return _NOTHING
    try:
        with engine().read(who.login) as look:
            return AtHand(
                in_hand.in_hand(look, who.login) if cases else None,
                talks.on_desk(look, who.login) if calls else None,
            )
    except Unavailable:
        return _NOTHING


def _works(who: Visitor) -> bool:
    return not who.must_change and who.has(Role.AGENT, Role.SUPERVISOR)


def _may_have(*, had: bool) -> bool:
    """What they had as the request came is what they have, unless the request has changed it since."""
    return had or request.method not in _LOOKING

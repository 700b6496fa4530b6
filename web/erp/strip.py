"""The strip below the bar: that the ERP is away and what still works, or that it is there again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import current_app

from cpm.connectors.erp.breaker import Standing
from cpm.erp_settings import NONE
from cpm.errors import Unavailable
from cpm.model import Role
from cpm.queries import catalogue_age, erp_errands, erp_words
from web.here import engine
from web.language import language
from web.visitor import visitor_or_none

#: How long it is said that it is there again.
_NEWS = timedelta(minutes=5)
#: So long what a worker wrote down is taken for what it knows.
_FRESH = timedelta(seconds=3)
#: So long a page waits to hear for itself what a worker did not.
_WITHIN = timedelta(milliseconds=100)
AWAY, BACK = "away", "back"


@dataclass(frozen=True, slots=True)
class Strip:
    tone: str  #: away | back
    words: str


def strip() -> Strip | None:
    """Nothing while all is as it should be. Costs a statement in three seconds while the ERP is there."""
    who, systems = visitor_or_none(), engine().erp
    if who is None or who.must_change or not who.has(Role.AGENT, Role.SUPERVISOR) or systems.main == NONE:
        return None
    standing = _standing()
    seen: dict[str, datetime] = current_app.extensions["erp_away"]
    if not standing.up:
        seen[systems.main] = engine().clock()
        return Strip(AWAY, _away(standing))
    if _is_back(standing, seen.get(systems.main)):
        assert standing.since is not None, "it has answered"
        zone, now = engine().settings.zone, engine().clock()
        return Strip(BACK, erp_words.back(standing.since, language=language(), zone=zone, now=now))
    return None


def _standing() -> Standing:
    """As this process hears it. What tells it to listen: a worker that follows the ERP has no answer, or it was away."""
    systems, failing = engine().erp, _failing_since()
    if failing is not None or not systems.standing(systems.main).up:
        systems.doubt(within=_WITHIN)
    found = systems.standing(systems.main)
    if found.up or failing is None or found.since is None:
        return found
    return replace(found, since=min(failing, found.since))


def _failing_since() -> datetime | None:
    systems, now = engine().erp, engine().clock()
    if systems.followed is None or not timedelta(0) <= now - systems.followed[0] < _FRESH:
        try:
            with engine().read() as look:
                systems.followed = now, erp_errands.feed_fails_since(look, systems.main)
        except Unavailable:  # the page that says so has a strip too
            return None
    return systems.followed[1]


def _is_back(standing: Standing, away: datetime | None) -> bool:
    """This process has told somebody that it was away, and not long ago it answered again."""
    now, since = engine().clock(), standing.since
    return away is not None and since is not None and since >= away and now - since < _NEWS


def _away(standing: Standing) -> str:
    systems = engine().erp
    standin = systems.for_new()
    with engine().read() as look:
        of = catalogue_age.catalogue_age(look, systems.main)
    return erp_words.away(
        standing,
        standin=standin if standin != systems.main else None,
        catalogue=of,
        language=language(),
        zone=engine().settings.zone,
        now=engine().clock(),
    )

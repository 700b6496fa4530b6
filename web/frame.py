"""The frame of every page: which areas somebody may go to, and who they are."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from cpm.model import Role
from web.access import rule_of
from web.at_hand import at_hand
from web.here import engine
from web.visitor import Visitor, visitor_or_none


@dataclass(frozen=True, slots=True)
class Place:
    endpoint: str
    words: str  #: English; translated where shown
    counts: str = ""  #: what of the visitor is counted beside it, if there is any
    seldom: bool = (
        False  #: lies under *More*, where there are too many for a line, unless something is counted there
    )


#: In this order in the bar; whoever may not call one does not see it.
PLACES = (
    Place("agent.inbox", "Inbox"),
    Place("agent.mentions", "Mentions", counts="mentions", seldom=True),
    Place("agent.search", "Search", seldom=True),
    Place("agent.cases", "Cases"),
    Place("agent.customers", "Customers"),
    Place("agent.new_case", "New case"),
    Place("phone.calls", "Calls"),
    Place("agent.duplicates_queue", "Duplicates", seldom=True),
    Place("supervisor.exceptions", "Exceptions", seldom=True),
    Place("agent.acceptance_page", "Suggestions", seldom=True),
    Place("designer.definitions", "Processes"),
    Place("bulk.migration", "Migration", seldom=True),
    Place("bulk.batch_list", "Batches", seldom=True),
    Place("webforms.index", "Web forms", seldom=True),
    Place("operator.absences", "Absences", seldom=True),
    Place("operator.users", "Users"),
    Place("operator.teams", "Teams"),
    Place("operator.tokens", "Tokens", seldom=True),
    Place("operator.mailboxes", "Mailboxes"),
    Place("operator.messages", "Messages"),
    Place("operator.erp", "ERP"),
    Place("operator.suspensions", "Suspended", seldom=True),
    Place("operator.audit", "Log"),
)
_A_LINE = 8  #: so many fit on one, in German too
#: Where somebody with this role begins.
HOMES = (
    (Role.AGENT, "agent.inbox"),
    (Role.SUPERVISOR, "supervisor.exceptions"),
    (Role.DESIGNER, "designer.definitions"),
    (Role.OPERATOR, "operator.users"),
    (Role.INTEGRATOR, "operator.tokens"),
)


def register(app: Flask) -> None:
    app.context_processor(_frame)


def home_of(who: Visitor) -> str:
    """The address of the first page this person works on."""
    return url_for(_home(who))


def _home(who: Visitor) -> str:
    for role, endpoint in HOMES:
        if role in who.roles and endpoint in current_app.view_functions:
            return endpoint
    return "account.profile"


def _frame() -> dict[str, Any]:
    who = visitor_or_none()
    places = _places(who)
    seldom = [place for place in places if who and not _often(who, place)] if len(places) > _A_LINE else []
    return {
        "visitor": who,
        "places": [place for place in places if place not in seldom],
        "seldom_places": seldom,
        "here": request.endpoint,
        "training": engine().settings.training,
        "in_hand": lambda: at_hand().cases,
        "may": lambda endpoint: who is not None and may(who, endpoint),
    }


def _places(who: Visitor | None) -> list[Place]:
    if who is None or who.must_change:
        return []
    return [place for place in PLACES if may(who, place.endpoint)]


def _often(who: Visitor, place: Place) -> bool:
    counted = bool(place.counts and getattr(who, place.counts))
    return not place.seldom or counted or place.endpoint == _home(who)


def may(who: Visitor, endpoint: str) -> bool:
    """Whether this page is for somebody with their roles."""
    rule = rule_of(current_app.view_functions.get(endpoint), "GET")
    return rule is not None and rule.lets(who)

"""The frame of every page: which areas somebody may go to, and who they are."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from cpm.errors import Unavailable
from cpm.model import Role
from cpm.queries import in_hand
from cpm.queries.in_hand import InHand
from web.access import rule_of
from web.here import engine
from web.visitor import Visitor, visitor_or_none


@dataclass(frozen=True, slots=True)
class Place:
    endpoint: str
    words: str  #: English; translated where shown
    counts: str = ""  #: what of the visitor is counted beside it, if there is any


#: In this order in the bar; whoever may not call one does not see it.
PLACES = (
    Place("agent.inbox", "Inbox"),
    Place("agent.mentions", "Mentions", counts="mentions"),
    Place("agent.search", "Search"),
    Place("agent.cases", "Cases"),
    Place("agent.customers", "Customers"),
    Place("agent.new_case", "New case"),
    Place("phone.calls", "Calls"),
    Place("agent.duplicates_queue", "Duplicates"),
    Place("supervisor.exceptions", "Exceptions"),
    Place("agent.acceptance_page", "Suggestions"),
    Place("designer.definitions", "Processes"),
    Place("bulk.migration", "Migration"),
    Place("bulk.batch_list", "Batches"),
    Place("webforms.index", "Web forms"),
    Place("operator.absences", "Absences"),
    Place("operator.users", "Users"),
    Place("operator.teams", "Teams"),
    Place("operator.tokens", "Tokens"),
    Place("operator.mailboxes", "Mailboxes"),
    Place("operator.messages", "Messages"),
    Place("operator.erp", "ERP"),
    Place("operator.suspensions", "Suspended"),
    Place("operator.audit", "Log"),
)
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
    for role, endpoint in HOMES:
        if role in who.roles and endpoint in current_app.view_functions:
            return url_for(endpoint)
    return url_for("account.profile")


def _frame() -> dict[str, Any]:
    who = visitor_or_none()
    return {
        "visitor": who,
        "places": _places(who),
        "here": request.endpoint,
        "training": engine().settings.training,
        "in_hand": lambda: _in_hand(who),
        "may": lambda endpoint: who is not None and may(who, endpoint),
    }


def _in_hand(who: Visitor | None) -> InHand | None:
    """The tabs of the cases that they work on; the page that says the database is away has none."""
    if who is None or who.must_change or not who.has(Role.AGENT, Role.SUPERVISOR):
        return None
    try:
        with engine().read() as look:
            return in_hand.in_hand(look, who.login)
    except Unavailable:
        return None


def _places(who: Visitor | None) -> list[Place]:
    if who is None or who.must_change:
        return []
    return [place for place in PLACES if may(who, place.endpoint)]


def may(who: Visitor, endpoint: str) -> bool:
    """Whether this page is for somebody with their roles."""
    rule = rule_of(current_app.view_functions.get(endpoint), "GET")
    return rule is not None and rule.lets(who)

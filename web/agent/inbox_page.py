"""The page over an inbox, put together from what is asked, the views that are kept, and what waits."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template

from cpm.attributes import Column
from cpm.errors import CpmError, Invalid
from cpm.model import Role
from cpm.queries import closed_lately, saved_views
from cpm.queries import inbox as waiting
from cpm.queries.closed_lately import Lately
from cpm.queries.columns import columns
from cpm.queries.inbox import Inbox
from cpm.queries.inbox_views import View
from cpm.queries.saved_views import InboxView
from cpm.uow import UnitOfWork
from web.agent import fortnight
from web.agent.inbox_address import Asked, address, asked
from web.agent.list_address import text_of
from web.language import language
from web.visitor import visitor

#: English words of the views; shown translated.
VIEWS = {
    View.MINE: "Mine",
    View.TEAM: "To take",
    View.DUE_TODAY: "Due today",
    View.WAITING: "Waiting for the customer",
    View.PARKED: "Parked",
    View.EVERYBODY: "Everybody's",
}
#: Days until which something is due, by their English words.
DUE = {
    "today-1": "yesterday",
    "today": "today",
    "today+1": "tomorrow",
    "today+2": "in 2 days",
    "today+7": "in 7 days",
    "today+14": "in 14 days",
    "today+30": "in 30 days",
}


@dataclass(frozen=True, slots=True)
class InboxPage:
    asked: Asked
    kept: Sequence[InboxView]
    found: Inbox
    known: dict[str, Column]
    closed: Lately


def read(look: UnitOfWork, at: Asked | None = None) -> InboxPage:
    """Without `at` it is what the address says."""
    kept = saved_views.of_inbox(look)
    at = at or asked(kept)
    found = waiting.inbox(look, at.view, page=at.page, search=at.search, kept=kept, language=language())
    known = {column.name: column for column in columns(look, None, language())}
    return InboxPage(at, kept, found, known, closed_lately.lately(look))


def rendered(page: InboxPage, refusal: CpmError | None = None, typed_name: str = "") -> str:
    """`refusal`: why the view was not kept under the name that was typed."""
    return render_template(
        "agent/inbox.html",
        inbox=page.found,
        asked=page.asked,
        kept=page.kept,
        known=page.known,
        due_words=DUE,
        names=VIEWS,
        text=text_of(page.asked.search),
        address=lambda number=1: address(page.asked, page=number),
        key=uuid.uuid4().hex,
        ask_address=address(page.asked, page=page.asked.page, to="agent.act_on_chosen"),
        done_address=address(page.asked, page=page.asked.page, to="agent.chosen_done"),
        news_address=address(page.asked, to="agent.inbox_news"),
        fortnight=fortnight.strip(page.closed),
        may_share=visitor().has(Role.SUPERVISOR),
        refusal=refusal.sentence(language()) if refusal else "",
        faults=[detail for _, detail in refusal.faults(language())] if isinstance(refusal, Invalid) else [],
        typed_name=typed_name,
    )

"""What the palette offers for a text, the likeliest first: what somebody may do and where they may go, then what there is."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from flask import url_for

from cpm import phone_numbers
from cpm.model import Role
from cpm.queries import search
from cpm.queries.lookups import products
from cpm.queries.lookups.source import Asked
from cpm.uow import UnitOfWork
from web.agent.inbox_page import VIEWS
from web.forms import found as shown
from web.frame import PLACES, may
from web.language import language
from web.language import translate as _
from web.visitor import visitor

_OF_EACH = 6
_SHORTEST = 2  #: of a text that is looked for among all there is


@dataclass(frozen=True, slots=True)
class Line:
    kind: str  #: English word of what it is; translated where shown
    label: str
    more: str
    address: str
    acts: bool = False  #: it does something, so it is posted to
    certain: bool = False  #: it is what was typed, to the letter


def lines(look: UnitOfWork, sought: str) -> list[Line]:
    """For an empty text all that can be done; of the rest so many of each kind that all are seen."""
    if len(sought) < _SHORTEST:
        return [] if sought else list(_commands())
    wanted = sought.casefold()
    named = [line for line in _commands() if wanted in line.label.casefold()]
    named.sort(key=lambda line: not line.label.casefold().startswith(wanted))
    if not visitor().has(Role.AGENT, Role.SUPERVISOR):
        return named[:_OF_EACH]
    there = _cases_and_customers(look, sought)
    if there and there[0].certain:
        return there[:1]
    return [*named[:_OF_EACH], *there, *_products(look, sought)]


def _commands() -> Iterator[Line]:
    if visitor().has(Role.AGENT, Role.SUPERVISOR):
        yield Line("Command", _("Next case"), "n", url_for("agent.take_next"), acts=True)
        for view, words in VIEWS.items():
            if view.value != "everybody" or visitor().has(Role.SUPERVISOR):
                at = url_for("agent.inbox", view=view.value)
                yield Line("Command", f"{_('Inbox')}: {_(words)}", "", at)
    for place in PLACES:
        if place.endpoint != "agent.inbox" and may(visitor(), place.endpoint):
            yield Line("Command", _(place.words), "", url_for(place.endpoint))
    yield Line("Command", _("Your account"), "", url_for("account.profile"))
    yield Line("Command", _("Keys"), "?", url_for("palette.shortcuts"))


def _cases_and_customers(look: UnitOfWork, sought: str) -> list[Line]:
    found = search.search(look, sought, language=language())
    cases = (
        Line(
            "Case",
            f"{hit.case} {hit.subject}",
            f"{hit.customer} · {hit.process}",
            url_for("agent.case", number=hit.case),
            certain=hit.id == found.case_id,
        )
        for hit in found.cases.rows
    )
    customers = (
        Line(
            "Customer",
            f"{hit.number} {hit.name}",
            ", ".join(map(phone_numbers.shown, hit.addresses[:2])),
            url_for("agent.customer", customer_id=hit.id),
            certain=hit.id == found.customer_id,
        )
        for hit in found.customers
    )
    first, then = (cases, customers) if found.customer_id is None else (customers, cases)
    return [*chain(islice(first, _OF_EACH), islice(then, _OF_EACH))]


def _products(look: UnitOfWork, sought: str) -> Iterator[Line]:
    found = products.find(look, Asked(sought, language=language()))
    for line in islice(shown.lines(found, language()), _OF_EACH):
        sku = line.value or line.text
        yield Line("Product", f"{sku} {line.label}", line.more, url_for("palette.product", sku=sku))

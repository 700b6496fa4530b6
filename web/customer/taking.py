"""How a public page is taken: its ticket looked at, machines led nowhere, the message stored and then filed."""

import logging
from collections.abc import Callable, Sequence

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import public_forms
from cpm.commands.public_forms import Sent
from cpm.errors import Conflict, CpmError, Invalid, TooMany
from cpm.model import FormEntry
from cpm.uow import UnitOfWork
from web.customer import tickets
from web.here import engine
from web.language import language
from web.language import translate as _

log = logging.getLogger(__name__)

#: Who acts, for the journal.
ACTOR = "webform"
TICKET, TRAP = "_ticket", "_website"

Problems = Sequence[tuple[str, str]]


def take(
    key: str,
    act: Callable[[UnitOfWork, Sent], FormEntry],
    draw: Callable[[Problems], str],
) -> ResponseReturnValue:
    """Do it and lead to the receipt; or draw the page again with what was typed and what was wrong."""
    ticket = tickets.read(request.form.get(TICKET, ""), key)
    if ticket is None or not tickets.SOONEST <= ticket.age <= tickets.LATEST:
        return draw([("", why_not(ticket))]), 422
    sent = Sent(key, ticket.page, request.remote_addr or "", "en" if language() == "en" else "de")
    try:
        with engine().begin(ACTOR) as uow:
            entry = public_forms.trap(uow, sent) if request.form.get(TRAP) else act(uow, sent)
            number = entry.id
    except Invalid as error:
        return draw(error.faults(language())), 422
    except TooMany as error:
        return draw([("", error.sentence(language()))]), 429, {"Retry-After": str(error.after)}
    except Conflict as error:
        return draw([("", error.sentence(language()))]), error.status
    _file(number)
    paper = tickets.receipt(key, number)
    return redirect(url_for("customer.received", key=key, receipt=paper, lang=language()), 303)


def why_not(ticket: tickets.Ticket | None) -> str:
    if ticket is not None and ticket.age < tickets.SOONEST:
        return _("That was very fast. Please check what you wrote, and send it again.")
    return _("This page was open for too long. What you wrote is still there: please send it again.")


def _file(entry_id: int) -> None:
    """At once, so that the case number can be told. If it cannot be done now, a worker does it later."""
    try:
        with engine().begin(ACTOR) as uow:
            public_forms.file(uow, entry_id)
    except CpmError:
        log.warning("webform.unfiled", extra={"entry": entry_id}, exc_info=True)

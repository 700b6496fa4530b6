"""What is to be done later, as a form of a page sends it: all that does not fit is said at once."""

from datetime import datetime

from flask import request

from cpm.commands import checks, follow_ups
from cpm.queries import entered
from cpm.uow import UnitOfWork
from web.language import language


def posted_later(uow: UnitOfWork, call: str | None) -> tuple[str, datetime, str | None]:
    """What, when, and whom to call."""
    what, (due, number) = checks.together(
        lambda: follow_ups.must_ask(request.form.get("what", "")),
        lambda: checks.together(lambda: posted_due(uow), lambda: follow_ups.to_call(call)),
    )
    return what, due, number


def posted_due(uow: UnitOfWork) -> datetime:
    return follow_ups.to_come(uow, entered.moment(uow, "due", request.form.get("due", ""), language()))

"""What pages have in common on which people keep something they look at under a name: a list, a view of the inbox."""

from collections.abc import Callable

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from cpm.attributes import Search
from cpm.errors import CpmError
from cpm.model import Role, SavedView
from cpm.uow import UnitOfWork
from web.here import engine
from web.visitor import visitor


def name() -> str:
    return request.form.get("name", "")


def search() -> Search:
    return Search.of_text(request.form.get("search", ""))


def share() -> str:
    return request.form.get("share", "")


def share_now() -> str | None:
    """None, which leaves it as it is, from who may not share, or was not asked."""
    return request.form.get("share") if visitor().has(Role.SUPERVISOR) else None


def kept(
    keep: Callable[[UnitOfWork], SavedView],
    done: str,
    *,
    leads_to: Callable[[int], str],
    again: Callable[[CpmError], str],
) -> ResponseReturnValue:
    """To what is kept; the page `again`, with the name that was typed and why not, if it does not fit."""
    try:
        with engine().begin(visitor().login) as uow:
            number = keep(uow).id
    except CpmError as error:
        if error.status not in (409, 422):
            raise
        return again(error), error.status
    flash(done)
    return redirect(leads_to(number), 303)

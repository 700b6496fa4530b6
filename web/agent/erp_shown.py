"""What a panel about the ERP shows: what was heard last, how long ago, and what stands in the way of what is so now."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request

from cpm.model import Case, Customer
from cpm.queries import erp_case, erp_customer, wording
from cpm.uow import UnitOfWork
from web.erp.words import unheard
from web.here import engine
from web.language import language, state

#: So often a page looks by itself whether an answer has come.
_ATTEMPTS = 5


def of_customer(
    look: UnitOfWork, customer: Customer, codes: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """For the panel. `codes` None: nobody was asked yet, so the page asks for it once it is there."""
    sides = erp_customer.sides(look, customer, engine().erp.main, language=language())
    linked = [(side.system, side.at) for side in sides if side.link is not None]
    return {"sides": sides, **_about(look, linked, codes)}


def of_case(look: UnitOfWork, case: Case, codes: Mapping[str, str] | None = None) -> dict[str, Any]:
    orders = erp_case.orders(look, case.id)
    ended = case.outcome and wording.table_word(look.bundle(case), "outcomes", case.outcome, language())
    here = ended or state(case.state)
    about = _about(look, [(order.system, order.at) for order in orders], codes)
    return {"orders": orders, "number": case.number, "here": here, **about}


def _about(
    look: UnitOfWork, heard: Sequence[tuple[str, Any]], codes: Mapping[str, str] | None
) -> dict[str, Any]:
    """Whether the page asks (again) by itself, and what stands in the way of what is so now, by system."""
    systems, told = engine().erp, codes or {}
    since = look.now - look.settings.erp.cache
    waits = [name for name, at in heard if (at is None or at <= since) and systems.standing(name).up]
    attempt = min(request.args.get("attempt", 0, type=int), _ATTEMPTS) if codes is not None else 0
    again = bool(waits) if codes is None else "timeout" in told.values() and attempt < _ATTEMPTS
    return {
        "unheard": {name: unheard(name, told.get(name, ""), known=at is not None) for name, at in heard},
        "again": again,
        "attempt": max(attempt, 0),
    }

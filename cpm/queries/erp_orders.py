"""The orders that we have in an ERP, as we know them: links, what was last heard of each, and what its case knows."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, or_, select

from cpm.connectors.erp.comparing import Difference, Known, Quantities, quantities
from cpm.model import (
    Case,
    CaseState,
    ChangeState,
    ErpChange,
    ErpLink,
    ErpSeen,
    Job,
    JobKind,
    JobState,
    LinkedKind,
    Message,
    Wait,
)
from cpm.queries import erp_keys, variables
from cpm.uow import UnitOfWork

#: What a case hears of the money by; while none of it stands there, it has gone another way.
_PAYMENT = "payment_received"


def keys(look: UnitOfWork, system: str) -> list[str]:
    query = select(ErpLink.key).where(ErpLink.system == system, ErpLink.kind == LinkedKind.ORDER)
    return list(look.session.scalars(query.order_by(ErpLink.key)))


def credited(look: UnitOfWork, system: str) -> set[str]:
    """Under which keys calls have made credit notes: where those are orders too, they are none that anybody waits for."""
    query = select(ErpLink.state).where(
        ErpLink.system == system, ErpLink.kind == LinkedKind.INVOICE, ErpLink.state.is_not(None)
    )
    return {str(state["key"]) for state in look.session.scalars(query) if state and "key" in state}


def known(look: UnitOfWork, system: str, wanted: Collection[str]) -> dict[str, Known]:
    """Those of them that we have a link of. What is just on its way between the two sides is left out: it will be the same."""
    query = select(ErpLink, ErpSeen, Case).where(
        ErpLink.system == system, ErpLink.kind == LinkedKind.ORDER, ErpLink.key.in_(wanted)
    )
    seen = (ErpSeen.system == ErpLink.system) & (ErpSeen.kind == "order") & (ErpSeen.key == ErpLink.key)
    rows = look.session.execute(query.outerjoin(ErpSeen, seen).outerjoin(Case, Case.id == ErpLink.case_id))
    return {link.key: _known(look, link, seen, case) for link, seen, case in rows}


def on_their_way(look: UnitOfWork, system: str, key: str, number: str | None) -> bool:
    """A call of the case is under way, or what was told of the order has not been taken."""
    base = key.partition("/")[0]
    link = select(ErpLink.case_id).where(ErpLink.system == system, ErpLink.key == key).scalar_subquery()
    calls = exists().where(
        Job.case_id == link,
        or_(Job.kind == JobKind.MESSAGE, (Job.kind == JobKind.CALL) & Job.type.startswith("erp.")),
        Job.state != JobState.DEAD,
    )
    waits = exists().where(
        Message.sender == f"erp/{system}",
        Message.key == (number or base),
        Message.delivered_at.is_(None),
        Message.expires_at > look.now,
    )
    aside = exists().where(
        ErpChange.system == system, ErpChange.key == key, ErpChange.state == ChangeState.ASIDE
    )
    return bool(look.session.scalar(select(calls | waits | aside)))


def with_case(look: UnitOfWork, _system: str, one: Difference) -> Difference:
    """Whose order it would be, by its key, if no link says so."""
    if one.case_id is not None:
        return one
    case_id = erp_keys.case_of(one.key)
    case = None if case_id is None else look.session.get(Case, case_id)
    return one if case is None else replace(one, case_id=case.id)


def _known(look: UnitOfWork, link: ErpLink, seen: ErpSeen | None, case: Case | None) -> Known:
    facts: Mapping[str, Any] = seen.facts if seen is not None else link.state or {}
    data = variables.of_case(look, case) if case is not None else {}
    order = data.get("order")
    ours = order if isinstance(order, Mapping) and order.get("order_no") == link.number else {}
    total = ours.get("total", facts.get("total"))
    return Known(
        key=link.key,
        case_id=link.case_id,
        number=link.number,
        state=facts.get("state"),
        total=total if isinstance(total, Decimal) else None,
        case_open=case is not None and case.state == CaseState.OPEN,
        outcome=case.outcome if case is not None and "/" not in link.key else None,
        awaits_payment=case is not None and _awaits(look, case, data),
        ordered=quantities((sku, qty) for sku, qty, *_ in facts["lines"]) if "lines" in facts else None,
        shipped=_told_of(facts, ours) if facts else None,
    )


def _told_of(facts: Mapping[str, Any], ours: Mapping[str, Any]) -> Quantities:
    """By a message of the feed, or by a call of the case that has read the order: whichever has said more."""
    told, lines = facts.get("delivered") or {}, ours.get("lines") or ()
    read = quantities(
        (str(line.get("sku")), qty)
        for line in lines
        if isinstance(line, Mapping) and isinstance(qty := line.get("shipped"), Decimal)
    )
    return {sku: max(told.get(sku, Decimal(0)), read.get(sku, Decimal(0))) for sku in {*told, *read}}


def _awaits(look: UnitOfWork, case: Case, data: Mapping[str, Any]) -> bool:
    numbers = data.get("invoice_nos")
    if not isinstance(numbers, list) or not numbers:
        return False
    waits = exists().where(Wait.case_id == case.id, Wait.message == _PAYMENT)
    return bool(look.session.scalar(select(waits)))

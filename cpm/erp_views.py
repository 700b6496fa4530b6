"""What an ERP says of customers and orders, for pages: asked within a budget, and kept for everybody else who wants to know it.

No page waits longer than the budget. An answer that comes later is kept all the same and seen at the next look.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from cpm.commands import erp_views
from cpm.connectors.erp import Erp, ErpFault
from cpm.connectors.erp.nouns import Invoice
from cpm.engine import Engine
from cpm.queries.erp_views import CUSTOMER, Want, stale

log = logging.getLogger(__name__)
ACTOR = "ERP"
#: How long a page waits for an ERP: with what else it does it is there within 300 ms.
BUDGET = timedelta(milliseconds=250)
#: Orders and invoices of a customer that are shown.
MOST = 20
#: Invoices that are added up by month; one question to Tryton.
_A_YEAR = 400


def refresh(engine: Engine, system: str, wants: Sequence[Want], *, budget: timedelta = BUDGET) -> str:
    """Ask for what is not known freshly; "" or the code of the fault: "timeout" says that the answer is still to come."""
    with engine.read() as look:
        asked = stale(look, system, wants)
    if not asked:
        return ""
    try:
        engine.erp.soon(system, partial(_all, engine, system, asked), within=budget)
    except ErpFault as fault:
        return fault.code
    return ""


def _all(engine: Engine, system: str, wants: Sequence[Want], erp: Erp) -> None:
    """Each is kept as soon as it is there."""
    for want in wants:
        began = engine.clock()
        value = (_customer if want.kind == CUSTOMER else _order)(erp, want.key)
        _keep(engine, system, want, value, began)


def _keep(engine: Engine, system: str, want: Want, value: dict[str, Any], at: datetime) -> None:
    try:
        with engine.begin(ACTOR) as uow:
            erp_views.keep(uow, system, want, value, at=at)
    except Exception:  # it comes from a thread that nobody waits for any more
        log.exception("erp_view.not_kept", extra={"system": system})


def _customer(erp: Erp, key: str) -> dict[str, Any]:
    terms = _unless_unknown(lambda: erp.terms(key))
    if terms is None:
        return {"terms": None, "orders": [], "invoices": []}
    invoices = erp.invoices_of(key, most=_A_YEAR)
    told = {"orders": erp.orders_of(key, most=MOST), "invoices": invoices[:MOST]}
    kept = {name: [plain(one) for one in some] for name, some in told.items()}
    return {"terms": plain(terms), **kept, "invoiced": _by_month(invoices)}


def _by_month(invoices: Sequence[Invoice]) -> dict[str, Decimal] | None:
    """EUR with tax, by month such as 2026-03; None where there are more invoices than were asked for: a sum would be wrong."""
    if len(invoices) >= _A_YEAR:
        return None
    sums: dict[str, Decimal] = {}
    for one in invoices:
        if one.invoiced_on is not None and one.state in ("posted", "paid"):
            month = f"{one.invoiced_on:%Y-%m}"
            sums[month] = sums.get(month, Decimal(0)) + one.total
    return sums


def _order(erp: Erp, key: str) -> dict[str, Any]:
    found = erp.order(key)
    return {"order": None if found is None else plain(found)}


def _unless_unknown(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except ErpFault as fault:
        if fault.code == "not_found":
            return None
        raise


def plain(noun: Any) -> Any:
    """A noun of the ERP as FEEL values, to be kept."""
    if is_dataclass(noun):
        return {field.name: plain(getattr(noun, field.name)) for field in fields(noun)}
    return [plain(one) for one in noun] if isinstance(noun, (list, tuple)) else noun

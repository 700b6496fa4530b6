"""Compare both sides: customers, orders, amounts and states. What differs is looked at twice before it is said.

In between the feed is read to its end, so that what is merely on its way is no difference.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cpm.commands import erp_errands, erp_reconciling, erp_views
from cpm.connectors.erp import Order
from cpm.connectors.erp.comparing import Difference, of_orders
from cpm.engine import Engine
from cpm.following.work import Work
from cpm.queries import erp_orders, erp_parties

#: How our keys of orders begin: case numbers.
_OURS = "C-"
_MOST = 10_000
_AT_ONCE = 200


def following(engine: Engine, now: datetime) -> datetime:
    """The next night."""
    here = now.astimezone(engine.settings.zone)
    at = datetime.combine(here.date(), engine.settings.erp.reconcile, engine.settings.zone)
    return (at if at > here else at + timedelta(days=1)).astimezone(now.tzinfo)


def run(work: Work) -> dict[str, Any]:
    """Counts of what was compared and found; ErpFault if the ERP is away: then nothing is said."""
    with work.held():
        there = work.erp.orders_with_keys(_OURS, most=_MOST)
    credited = work.look(erp_orders.credited)
    theirs = {order.key: order for order in there if order.key not in credited}
    compared = {*theirs, *work.look(erp_orders.keys)}
    candidates = sorted({one.key for one in _orders(work, theirs, sorted(compared))})
    if candidates:
        work.catch_up()
    looked_at = {key: _surely(work, key) for key in candidates}
    moving = {key for key, found in looked_at.items() if found is None}
    differences = [one for found in looked_at.values() for one in found or ()]
    customers, of_customers = _customers(work)
    differences += of_customers
    new = sum(work.do(erp_reconciling.found, one) for one in differences)
    still = {one.mark for one in differences}
    gone = 0 if work.stopped() else work.do(erp_reconciling.gone, still, moving=moving)
    work.do(erp_views.forget_old)
    return {
        "orders": len(compared),
        "customers": customers,
        "differences": len(differences),
        "new": new,
        "gone": gone,
    }


def _orders(work: Work, theirs: Mapping[str, Order], keys: list[str]) -> list[Difference]:
    found: list[Difference] = []
    for begin in range(0, len(keys), _AT_ONCE):
        some = keys[begin : begin + _AT_ONCE]
        ours = work.look(erp_orders.known, some)
        work.do(erp_errands.ours)  # our lease goes on
        found += of_orders(ours, {key: theirs[key] for key in some if key in theirs})
    return found


def _surely(work: Work, key: str) -> list[Difference] | None:
    """One order that seemed to differ, read afresh on both sides; None while anything of it is on its way."""
    work.do(erp_errands.ours)
    order = work.erp.order(key)
    ours = work.look(erp_orders.known, [key])
    number = order.number if order is not None else None
    if work.look(erp_orders.on_their_way, key, number):
        return None
    found = of_orders(ours, {key: order} if order is not None else {})
    return [work.look(erp_orders.with_case, one) for one in found]


def _customers(work: Work) -> tuple[int, list[Difference]]:
    found: list[Difference] = []
    links = work.look(erp_parties.linked)
    for link_id, key in links:
        if work.stopped():
            break
        party = work.erp.party(key)
        if party is not None:
            found += work.do(erp_reconciling.met, link_id, party)
    return len(links), found

"""What Tryton knows of a customer as a debtor: the facts its own checks use (account_credit_limit/party.py), read, not tried."""

import time
from datetime import date
from decimal import Decimal

from cpm.connectors.erp.nouns import Terms
from cpm.connectors.erp.tryton.catalogue import CENT, Buyer
from cpm.connectors.erp.tryton.parties import Parties
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.rest import Refused
from cpm.connectors.erp.tryton.row import Row

BUYER_FIELDS = ("sale_price_list", "customer_tax_rule")
DEBTOR_FIELDS = ("code", "credit_limit_amount", "credit_amount", *BUYER_FIELDS)
_REMEMBERED, _MOST = 60.0, 1000  #: seconds, customers
BOUGHT = ("confirmed", "processing", "done")
#: Somebody who is not there yet has bought nothing, and has what the house gives to strangers.
NOBODY = Terms("prospect", blocked=False, credit_limit=None, credit_used=Decimal(0), overdue=Decimal(0))


def buyer(row: Row | None) -> Buyer:
    if row is None:
        return Buyer()
    return Buyer(row.reference("sale_price_list"), row.reference("customer_tax_rule"))


class Buyers:
    """Who types words into a look-up asks at each letter; what prices a customer has is remembered for a minute."""

    def __init__(self, parties: Parties) -> None:
        self._parties = parties
        self._known: dict[str, tuple[float, Buyer]] = {}

    def of(self, customer: str) -> Buyer:
        if not customer:
            return Buyer()
        until, known = self._known.get(customer, (0.0, Buyer()))
        if time.monotonic() < until:
            return known
        found = buyer(self._parties.row(customer, BUYER_FIELDS))
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[customer] = time.monotonic() + _REMEMBERED, found
        return found


def terms(places: Places, row: Row | None, today: date) -> Terms:
    """`row` was read with DEBTOR_FIELDS."""
    if row is None:
        return NOBODY
    bought = places.rest.search(
        "sale.sale", [["party", "=", row.id], ["state", "in", list(BOUGHT)]], ["id"], most=1
    )
    return Terms(
        status="customer" if bought else "prospect",
        blocked=_blocked(places, row.id),
        credit_limit=row.amount_or_none("credit_limit_amount"),
        credit_used=row.amount("credit_amount").quantize(CENT),
        overdue=_overdue(places, row.id, today),
    )


def _overdue(places: Places, party: int, today: date) -> Decimal:
    """What is open beyond its due date. What was paid and not assigned yet has no due date, and counts against it."""
    domain = [
        ["party", "=", party],
        ["account.type.receivable", "=", True],
        ["reconciliation", "=", None],
        ["move_state", "=", "posted"],
        ["OR", [["maturity_date", "<", today]], [["maturity_date", "=", None]]],
    ]
    rows = places.rest.search("account.move.line", domain, ["debit", "credit"])
    owed = sum((row.amount("debit") - row.amount("credit") for row in rows), Decimal(0))
    return max(Decimal(0), owed).quantize(CENT)


def _blocked(places: Places, party: int) -> bool:
    """A dunning of a level that ends credit, as Tryton asks it. Where dunnings are hidden from our user nobody is blocked."""
    if not places.home.dunned:
        return False
    domain = [["party", "=", party], ["level.credit_limit", "=", True], ["blocked", "!=", True]]
    try:
        return bool(places.rest.search("account.dunning", domain, ["id"], most=1))
    except Refused:
        return False

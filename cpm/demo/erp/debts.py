"""Invoices from before our time, and the last reminder: a customer who had one gets nothing more on credit."""

import datetime as dt
from decimal import Decimal

from cpm.demo.erp.talking import Session

_PROCEDURE = "Mahnung"


def invoice(session: Session, customer: int, on: dt.date, amount: Decimal) -> None:
    """Posted and open; the amount is without tax. Their numbers go by their days, so none is older than the last one."""
    accounts = session.read("account.configuration", 1, "default_account_receivable")
    revenue = session.read("account.configuration", 1, "default_category_account_revenue")
    line = {
        "type": "line",
        "description": "Lieferung aus dem alten System (Demo)",
        "quantity": 1.0,
        "unit_price": amount,
        "account": revenue["default_category_account_revenue"],
        "taxes": [("add", [session.one("account.tax")])],
    }
    made = session.create(
        "account.invoice",
        company=session.one("company.company"),
        type="out",
        party=customer,
        invoice_address=session.read("party.party", customer, "addresses")["addresses"][0],
        account=accounts["default_account_receivable"],
        currency=session.one("currency.currency"),
        journal=session.one("account.journal", ("type", "=", "revenue")),
        payment_term=session.one("account.invoice.payment_term", ("name", "=", "14 Tage netto")),
        invoice_date=on,
        lines=[("create", [line])],
    )
    session.call("account.invoice", "post", [made])


def build(admin: Session) -> None:
    """One procedure; its last level ends the credit (account_credit_limit)."""
    levels = [
        {"overdue": dt.timedelta(days=days), "credit_limit": days == 28, "sequence": days}
        for days in (5, 15, 28)
    ]
    admin.create("account.dunning.procedure", name=_PROCEDURE, levels=[("create", levels)])


def block(session: Session, customer: int, day: dt.date) -> None:
    """The last reminder over what they owe longest. Who owes nothing gets an invoice of 10 EUR."""
    if not (owed := _owed(session, customer)):
        invoice(session, customer, day, Decimal(10))
        owed = _owed(session, customer)
    procedure = session.one("account.dunning.procedure", ("name", "=", _PROCEDURE))
    level = session.one("account.dunning.level", ("procedure", "=", procedure), ("credit_limit", "=", True))
    session.create("account.dunning", line=owed[0], procedure=procedure, level=level)


def _owed(session: Session, customer: int) -> list[int]:
    """Lines that are open and have no reminder yet, the oldest first."""
    return session.find(
        "account.move.line",
        ("party", "=", customer),
        ("account.type.receivable", "=", True),
        ("reconciliation", "=", None),
        ("move_state", "=", "posted"),
        ("debit", ">", 0),
        ("dunnings", "=", None),
    )

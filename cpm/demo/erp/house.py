"""The demo company's house: itself, currency, countries, the German chart of accounts, years, tax, terms of payment."""

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cpm.demo.erp.talking import Session

#: Where the numbers of orders and invoices begin: people see such ones in the shipped processes.
FIRST_ORDER, FIRST_INVOICE = 100235, 521
_COUNTRIES = (
    ("Deutschland", "DE", "DEU"),
    ("Österreich", "AT", "AUT"),
    ("Schweiz", "CH", "CHE"),
    ("Niederlande", "NL", "NLD"),
    ("Frankreich", "FR", "FRA"),
)
#: Days for the rest, by which an order says what was agreed; a part may be due in advance, in steps of ten percent.
_NET_DAYS, _IN_ADVANCE = (7, 14, 30), range(10, 100, 10)
USUAL_TERM = "14 Tage netto"
#: New customers get it; orders beyond it are refused to who has no right to allow them.
CREDIT_LIMIT = Decimal("10000.00")


@dataclass(frozen=True, slots=True)
class House:
    """Ids of what the rest of the company is made of."""

    company: int
    currency: int
    countries: dict[str, int]  #: by ISO code
    revenue: int  #: accounts
    expense: int
    receivable: int
    tax: int
    terms: dict[str, int]  #: by name


def build(admin: Session, *, years: range) -> House:
    """`years` are those in which something may be booked."""
    currency = _currency(admin)
    countries = {
        code: admin.create("country.country", name=name, code=code, code3=code3)
        for name, code, code3 in _COUNTRIES
    }
    company = _company(admin, currency, countries["DE"])
    admin.renew()
    accounts = _accounts(admin, company)
    _years(admin, company, years)
    terms = _terms(admin)
    _settings(admin, terms)
    _bank(admin, company)
    return House(
        company=company,
        currency=currency,
        countries=countries,
        revenue=accounts["revenue"],
        expense=accounts["expense"],
        receivable=accounts["receivable"],
        tax=_tax(admin, company),
        terms=terms,
    )


def _currency(admin: Session) -> int:
    rate = {"date": dt.date(2020, 1, 1), "rate": Decimal(1)}
    facts = {"name": "Euro", "code": "EUR", "symbol": "€", "numeric_code": "978", "rounding": Decimal("0.01")}
    return admin.create("currency.currency", **facts, digits=2, rates=[("create", [rate])])


def _company(admin: Session, currency: int, country: int) -> int:
    address = {"street_unstructured": "Sonnenallee 1", "postal_code": "50667", "city": "Köln"}
    addresses = [("create", [address | {"country": country}])]
    party = admin.create("party.party", name="Sonnenschein AG (Demo)", code="HOUSE", addresses=addresses)
    company = admin.create("company.company", party=party, currency=currency, timezone="Europe/Berlin")
    admin.write("res.user", admin.user, companies=[("add", [company])], company=company)
    return company


def _accounts(admin: Session, company: int) -> dict[str, int]:
    """Tryton's German chart, by its wizard; returns the account of each of the four kinds it needs."""
    template = admin.known("account", "account_template_root_de")
    with admin.wizard("account.create_chart", "ir.ui.menu", 1) as wizard:
        wizard.press("create_account", {"account": {"account_template": template, "company": company}})
    found = {
        kind: admin.one(
            "account.account", (f"type.{kind}", "=", True), ("company", "=", company), ("closed", "!=", True)
        )
        for kind in ("receivable", "payable", "revenue", "expense")
    }
    usual = {f"default_account_{kind}": found[kind] for kind in ("receivable", "payable")}
    usual |= {f"default_category_account_{kind}": found[kind] for kind in ("revenue", "expense")}
    admin.call("account.configuration", "write", [1], usual)
    return found


def _years(admin: Session, company: int, years: range) -> None:
    """One sequence for all invoices, as the numbers go on over the new year."""
    kind = admin.one("ir.sequence.type", ("name", "=", "Invoice"))
    facts = {"padding": 6, "number_next": FIRST_INVOICE, "company": company}
    invoices = admin.create("ir.sequence.strict", name="Rechnungen", sequence_type=kind, **facts)
    moves = admin.one("ir.sequence.type", ("name", "=", "Account Move"))
    of = {
        f"{side}_{what}_sequence": invoices for side in ("in", "out") for what in ("invoice", "credit_note")
    }
    for year in years:
        sequence = admin.create(
            "ir.sequence.strict", name=f"Buchungen {year}", sequence_type=moves, company=company
        )
        made = admin.create(
            "account.fiscalyear",
            name=str(year),
            start_date=dt.date(year, 1, 1),
            end_date=dt.date(year, 12, 31),
            company=company,
            move_sequence=sequence,
            invoice_sequences=[("create", [of | {"company": company}])],
        )
        admin.call("account.fiscalyear", "create_period", [made])


def _tax(admin: Session, company: int) -> int:
    account = admin.one("account.account", ("code", "=", "6.3.6"), ("company", "=", company))
    return admin.create(
        "account.tax",
        name="USt 19 %",
        description="USt 19 %",
        type="percentage",
        rate=Decimal("0.19"),
        invoice_account=account,
        credit_note_account=account,
        company=company,
    )


def _terms(admin: Session) -> dict[str, int]:
    """By name."""
    line = admin.call("account.invoice.payment_term.line", "fields_get", ["ratio"])
    places = Decimal(1).scaleb(-json.loads(line["ratio"]["digits"])[1])
    wanted = [_term("Vorkasse", 0, 0, places)]
    wanted += [_term(f"{days} Tage netto", 0, days, places) for days in _NET_DAYS]
    wanted += [
        _term(f"{percent} % Anzahlung, Rest {days} Tage netto", percent, days, places)
        for percent in _IN_ADVANCE
        for days in _NET_DAYS
    ]
    made = admin.call("account.invoice.payment_term", "create", wanted)
    return dict(zip([term["name"] for term in wanted], made, strict=True))


def _term(name: str, percent: int, days: int, places: Decimal) -> dict[str, Any]:
    """Tryton wants to know the share and how often it is in the whole, to as many places as it keeps."""
    lines: list[dict[str, Any]] = [{"type": "remainder", "relativedeltas": [("create", [{"days": days}])]}]
    if percent:
        share = Decimal(percent) / 100
        divisor = (1 / share).quantize(places)
        lines.insert(0, {"type": "percent_on_total", "ratio": share, "divisor": divisor})
    return {"name": name, "lines": [("create", lines)]}


def _settings(admin: Session, terms: dict[str, int]) -> None:
    usual = {"default_customer_payment_term": terms[USUAL_TERM], "default_credit_limit_amount": CREDIT_LIMIT}
    admin.call("account.configuration", "write", [1], usual)
    sales = {"sale_invoice_method": "fulfillment", "sale_shipment_method": "order"}
    admin.call("sale.configuration", "write", [1], sales)
    sequence = admin.read("sale.configuration", 1, "sale_sequence")["sale_sequence"]
    admin.write("ir.sequence", sequence, number_next=FIRST_ORDER, padding=6)


def _bank(admin: Session, company: int) -> None:
    journal = admin.one("account.journal", ("type", "=", "cash"))
    account = admin.one("account.account", ("code", "=", "1.1.1"), ("company", "=", company))
    accounts = {"credit_account": account, "debit_account": account}
    admin.create("account.invoice.payment.method", name="Bank", journal=journal, company=company, **accounts)

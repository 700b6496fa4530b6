"""Who the demo company deals with, and who works in it."""

import datetime as dt
import secrets
from decimal import Decimal
from typing import Any

from cpm.demo.erp import debts
from cpm.demo.erp.house import House
from cpm.demo.erp.keys import Login
from cpm.demo.erp.talking import Session

LATE = dt.timedelta(days=43)  #: ago: when the oldest open invoices were written
_OURS = (
    "sale.group_sale",
    "sale.group_sale_admin",  # an order that is stuck between confirmed and processing is helped on by its button only
    "sale_amendment.group_sale_amendment",
    "party.group_party_admin",
    "stock.group_stock",
    "account.group_account",
    "account_dunning.group_dunning",
)
#: What only people may: allow more than the stock or the credit limit, ship, book.
_THEIRS = (
    *_OURS,
    "sale_stock_quantity.group_sale_stock_quantity",
    "account_credit_limit.group_credit_limit",
    "stock.group_stock_admin",
    "stock.group_stock_force_assignment",
    "stock.group_stock_cancellation",
    "account.group_account_admin",
)


def build_customers(admin: Session, house: House, price_list: int, day: dt.date) -> None:
    """Three that were there before us: with prices of its own, with an overdue invoice, and blocked."""
    _customer(admin, house, "10001", "Blaumeise Bau GmbH (Demo)", sale_price_list=price_list)
    late = _customer(admin, house, "10002", "Elster & Söhne KG (Demo)")
    blocked = _customer(admin, house, "10003", "Kuckuck Handel OHG (Demo)")
    debts.build(admin)
    debts.invoice(admin, blocked, day - LATE, Decimal("310.00"))
    debts.block(admin, blocked, day)
    debts.invoice(admin, late, day - LATE, Decimal("640.00"))


def _customer(admin: Session, house: House, code: str, name: str, **more: Any) -> int:
    slug = name.split(maxsplit=1)[0].lower()
    address = {"street_unstructured": f"Vogelweg {code[-1]}", "postal_code": "53111", "city": "Bonn"}
    reached = [
        {"type": "email", "value": f"einkauf@{slug}.example.com"},
        {"type": "phone", "value": f"+492289555{code[-3:]}"},
    ]
    return admin.create(
        "party.party",
        name=name,
        code=code,
        addresses=[("create", [address | {"country": house.countries["DE"]}])],
        contact_mechanisms=[("create", reached)],
        **more,
    )


def build_users(admin: Session, house: House) -> dict[str, Login]:
    return {"cpm": _user(admin, house, "cpm", _OURS), "boss": _user(admin, house, "boss", _THEIRS)}


def _user(admin: Session, house: House, login: str, groups: tuple[str, ...]) -> Login:
    password = secrets.token_urlsafe(24)
    user = admin.create(
        "res.user",
        name=f"{login} (Demo)",
        login=login,
        password=password,
        companies=[("add", [house.company])],
        company=house.company,
        language=admin.one("ir.lang", ("code", "=", "de")),
        groups=[("add", [admin.known(*group.split(".")) for group in groups])],
    )
    application = admin.create("res.user.application", user=user, application="rest")
    return Login(password, str(admin.read("res.user.application", application, "key")["key"]))


def build_shop(admin: Session, house: House) -> int:
    """Orders that come from us carry its name and our key, which is unique in it."""
    warehouse = admin.one("stock.location", ("type", "=", "warehouse"))
    return admin.create(
        "web.shop",
        name="CPM",
        company=house.company,
        currency=house.currency,
        warehouses=[("add", [warehouse])],
    )

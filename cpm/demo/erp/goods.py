"""What the demo company sells: the catalogue as products, their stock, what is on its way, a price list."""

import datetime as dt
from typing import Any

from cpm.connectors.erp.demo.catalogue import Article, articles
from cpm.demo.erp.house import USUAL_TERM, House
from cpm.demo.erp.talking import Session

#: Units of Tryton by the names our people read; `names` gives them to Tryton in German.
_UNITS = {"Stück": "u", "Stunde": "h"}


def build(admin: Session, house: House, day: dt.date) -> int:
    """Returns the price list for large customers."""
    units = {name: admin.one("product.uom", ("symbol", "=", symbol)) for name, symbol in _UNITS.items()}
    for name, unit in units.items():
        admin.call("product.uom", "write", [unit], {"name": name}, language="de")
    products = _products(admin, house, units)
    warehouse = admin.one("stock.location", ("type", "=", "warehouse"))
    storage = admin.read("stock.location", warehouse, "storage_location")["storage_location"]
    _stock(admin, products, storage)
    _on_its_way(admin, house, products, warehouse, day)
    return _price_list(admin, house)


def _products(admin: Session, house: House, units: dict[str, int]) -> dict[str, int]:
    """By SKU."""
    accounts = {"account_revenue": house.revenue, "account_expense": house.expense}
    account = admin.create(
        "product.category",
        name="Waren 19 %",
        accounting=True,
        **accounts,
        customer_taxes=[("add", [house.tax])],
    )
    groups = {
        group: admin.create("product.category", name=group, code=group)
        for group in sorted({article.group for article in articles()})
    }
    values = [_template(article, units, account, groups) for article in articles()]
    made = admin.call("product.template", "create", values)
    found = admin.call("product.template", "read", made, ["code", "products"])
    return {template["code"]: template["products"][0] for template in found}


def _template(
    article: Article, units: dict[str, int], account: int, groups: dict[str, int]
) -> dict[str, Any]:
    unit = units[article.unit]
    buys: dict[str, Any] = {"purchasable": True, "purchase_uom": unit} if article.incoming else {}
    return buys | {
        "name": article.name,
        "code": article.sku,
        "type": "service" if article.service else "goods",
        "default_uom": unit,
        "salable": True,
        "sale_uom": unit,
        # without one Tryton judges every line by what is there today, whenever it is wanted (sale/sale.py, planned_shipping_date)
        "lead_time": dt.timedelta(),
        "list_price": article.price,
        "account_category": account,
        "categories": [("add", [groups[article.group]])],
        "products": [("create", [{"cost_price": article.price / 2}])],
    }


def _stock(admin: Session, products: dict[str, int], storage: int) -> None:
    lines = [
        {"product": products[article.sku], "quantity": float(article.stock)}
        for article in articles()
        if article.stock
    ]
    made = admin.create("stock.inventory", location=storage, lines=[("create", lines)])
    admin.call("stock.inventory", "confirm", [made])


def _on_its_way(admin: Session, house: House, products: dict[str, int], warehouse: int, day: dt.date) -> None:
    """Ordered from a supplier; a purchase in process is what Tryton counts as expected."""
    address = {"street_unstructured": "Hafenstr. 2", "postal_code": "20457", "city": "Hamburg"}
    supplier = admin.create(
        "party.party",
        name="Großhandel Nord AG (Demo)",
        code="S-0001",
        addresses=[("create", [address | {"country": house.countries["DE"]}])],
    )
    purchase = admin.create(
        "purchase.purchase",
        company=house.company,
        party=supplier,
        invoice_address=admin.read("party.party", supplier, "addresses")["addresses"][0],
        reference="DEMO",
        payment_term=house.terms[USUAL_TERM],
        currency=house.currency,
        warehouse=warehouse,
        lines=[
            ("create", [_bought(admin, products, article, day) for article in articles() if article.incoming])
        ],
    )
    for verb in ("quote", "confirm", "process"):
        if admin.read("purchase.purchase", purchase, "state")["state"] != "processing":
            admin.call("purchase.purchase", verb, [purchase])


def _bought(admin: Session, products: dict[str, int], article: Article, day: dt.date) -> dict[str, Any]:
    product = products[article.sku]
    return {
        "product": product,
        "quantity": float(article.incoming),
        "unit": admin.one("product.uom", ("symbol", "=", _UNITS[article.unit])),
        "unit_price": article.price / 2,
        "delivery_date_edit": True,
        "delivery_date_store": day + dt.timedelta(days=article.in_days or 0),
    }


def _price_list(admin: Session, house: House) -> int:
    """Formulas are Tryton's, and it evaluates them."""
    lines = [{"quantity": 100.0, "formula": "unit_price * 0.85"}, {"formula": "unit_price * 0.9"}]
    return admin.create(
        "product.price_list",
        name="Großkunden",
        company=house.company,
        price="list_price",
        lines=[("create", lines)],
    )

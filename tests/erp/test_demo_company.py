"""The demo's ERP as `make erp` builds it, and its people: an order seen through, as the contract tests and stories need."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from cpm.connectors.erp.demo.catalogue import Article, articles
from cpm.demo.erp.talking import Session
from cpm.errors import Conflict, NotFound
from tests.erp.running import Erp


@pytest.fixture(params=["erp", "erp_8_2"])
def either(request: pytest.FixtureRequest) -> Erp:
    return request.getfixturevalue(request.param)


def test_it_sells_the_catalogue_from_stock_and_from_what_is_on_its_way(either: Erp):
    """What other tests have sold of it meanwhile counts as there; what should have left before today, the ERP no longer expects."""
    session = _session(either)
    today = session.call("ir.date", "today")
    either.people.postpone(_order(either, {"SO-3002": 3}), today - dt.timedelta(days=1))
    warehouse = session.one("stock.location", ("type", "=", "warehouse"))
    known = session.find("product.product", ("salable", "=", True))
    for days in (0, 10, 30):
        day = today + dt.timedelta(days=days)
        sold = _sold(session, today, day)
        found = session.call(
            "product.product",
            "read",
            known,
            ["code", "name", "list_price_used", "forecast_quantity", "default_uom.name"],
            locations=[warehouse],
            stock_date_end=day,
        )
        told = {
            one["code"]: (
                one["name"],
                one["default_uom."]["name"],
                one["list_price_used"],
                one["forecast_quantity"] + sold.get(one["code"], 0),
            )
            for one in found
        }
        assert told == {
            article.sku: (article.name, article.unit, article.price, _there(article, day - either.day))
            for article in articles()
        }


def test_its_people_see_an_order_through_part_by_part(erp: Erp):
    order = _order(erp, {"SO-3002": 10, "PE-9001": 2})
    assert order.isdecimal()
    assert len(order) == 6

    assert len(erp.people.ship(order, {"SO-3002": 4})) == 1
    (first,) = erp.people.invoice(order)
    assert first.isdecimal()
    assert len(first) == 6
    erp.people.ship(order)
    (second,) = erp.people.invoice(order)

    assert erp.people.pay(first, Decimal("5.00")) == Decimal("30.22")  # of 4 * 7.40 * 1.19 = 35.22
    assert erp.people.pay(first) == 0
    assert erp.people.pay(second) == 0
    assert _state(erp, order) == ("done", "sent", "paid")
    with pytest.raises(Conflict, match="nothing is left"):
        erp.people.ship(order)


def test_its_people_change_and_cancel_what_is_confirmed(erp: Erp):
    order = _order(erp, {"SO-3002": 10})
    erp.people.change(order, "SO-3002", 7)
    assert _quantities(erp, order) == [7]
    erp.people.cancel(order)
    assert _quantities(erp, order) == [0]
    with pytest.raises(NotFound, match="999999"):
        erp.people.cancel("999999")


def test_who_is_blocked_or_beyond_the_credit_limit_is_refused_to_the_engine(erp: Erp):
    """The integrator gets no warning to say yes to: it may not decide that."""
    dear = _quotation(erp, {"GE-1001": 2})
    with pytest.raises(Conflict):
        _session(erp).call("sale.sale", "confirm", [dear])
    small = _quotation(erp, {"SO-3002": 1}, customer="10003")
    with pytest.raises(Conflict):
        _session(erp).call("sale.sale", "confirm", [small])


def test_what_is_not_there_in_time_is_refused_to_the_engine(erp: Erp):
    with pytest.raises(Conflict):
        _quotation(erp, {"GE-2001": 1})


def test_who_has_been_silent_too_long_is_signed_in_again(erp: Erp):
    session = _session(erp)
    session._ask("common.db.logout", [])
    assert session.one("party.party", ("code", "=", "10001"))


def test_it_outlives_a_kill_and_answers_after_a_freeze(erp: Erp):
    order = _order(erp, {"PE-9001": 1})
    erp.kill()
    assert not erp.answers()
    erp.start()
    erp.freeze()
    erp.thaw()
    assert _state(erp, order)[0] == "processing"


def _sold(session: Session, today: dt.date, day: dt.date) -> dict[str, float]:
    """What leaves from today until that day, or has left, by product."""
    fields = ["product.code", "quantity", "state", "effective_date", "planned_date"]
    leaves = [("to_location.type", "=", "customer"), ("state", "!=", "cancelled")]
    sold: dict[str, float] = {}
    for move in session.call("stock.move", "search_read", leaves, 0, None, None, fields):
        leaving = move["effective_date"] or move["planned_date"] or day
        late = move["state"] == "draft" and leaving < today
        if leaving <= day and not late:
            sku = move["product."]["code"]
            sold[sku] = sold.get(sku, 0) + move["quantity"]
    return sold


def _there(article: Article, later: dt.timedelta) -> float:
    """So long after the company was built; services are not counted."""
    come = article.incoming if article.in_days is not None and article.in_days <= later.days else 0
    return float(article.stock + come)


def _order(erp: Erp, wanted: dict[str, int]) -> str:
    """Confirmed, its number."""
    session, sale = _session(erp), _quotation(erp, wanted)
    session.call("sale.sale", "confirm", [sale])
    return session.read("sale.sale", sale, "number")["number"]


def _quotation(erp: Erp, wanted: dict[str, int], *, customer: str = "10001") -> int:
    session = _session(erp)
    party = session.one("party.party", ("code", "=", customer))
    address = session.read("party.party", party, "addresses")["addresses"][0]
    sale = session.create(
        "sale.sale",
        party=party,
        invoice_address=address,
        shipment_address=address,
        lines=[("create", [_line(session, sku, quantity) for sku, quantity in wanted.items()])],
    )
    session.call("sale.sale", "quote", [sale])
    return sale


def _line(session: Session, sku: str, quantity: int) -> dict[str, Any]:
    product = session.one("product.product", ("code", "=", sku))
    facts = session.read("product.product", product, "default_uom", "list_price_used")
    return {
        "product": product,
        "quantity": float(quantity),
        "unit": facts["default_uom"],
        "unit_price": facts["list_price_used"],
        "taxes": [("add", [session.one("account.tax")])],
    }


def _session(erp: Erp) -> Session:
    return Session(erp.url, erp.database, erp.user, erp.password)


def _state(erp: Erp, order: str) -> tuple[str, str, str]:
    sale = erp.people.boss.one("sale.sale", ("number", "=", order))
    found = erp.people.boss.read("sale.sale", sale, "state", "shipment_state", "invoice_state")
    return found["state"], found["shipment_state"], found["invoice_state"]


def _quantities(erp: Erp, order: str) -> list[float]:
    boss = erp.people.boss
    lines = boss.find("sale.line", ("sale.number", "=", order), ("type", "=", "line"))
    return [boss.read("sale.line", line, "quantity")["quantity"] for line in lines]

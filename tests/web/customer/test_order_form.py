"""A customer orders at the public page of the order: what they entered there, nobody types again."""

from datetime import timedelta

import pytest
from lxml import html

from cpm.commands import public_forms
from cpm.following import Follower
from cpm.model import Errand
from tests.ordering import known, working_day
from tests.web.customer.conftest import Outside

ORDER = {
    "name": "Eva Sommer",
    "email": "eva.sommer@example.org",
    "phone": "+49 221 1234567",
    "street": "Am Hang 3",
    "postcode": "50939",
    "city": "Köln",
    "country": "DE",
    "lines.n0.sku": "SO-1001",
    "lines.n0.qty": "4",
    "customer_ref": "B-17",
    "text": "Bitte vormittags liefern.",
}


@pytest.fixture
def form(outside: Outside) -> str:
    Follower(outside.firm.engine).turn("demo", Errand.CATALOGUE)
    with outside.firm.engine.begin("cpm webform") as uow:
        return f"/f/{public_forms.add(uow, 'order').key}"


def wanted(outside: Outside) -> str:
    return working_day(outside.clock().date(), 5)


@pytest.mark.parametrize(("language", "title"), [("de", "Bestellung"), ("en", "Order")])
def test_a_customer_orders_and_the_case_begins_with_what_they_said(
    outside: Outside, form: str, language: str, title: str
):
    visitor = outside.visitor()
    visitor.get(f"{form}?lang={language}")
    assert visitor.page.xpath("//h1")[0].text == title
    visitor.send(**ORDER, **{"lines.n0.wanted_on": wanted(outside)})

    (case,) = outside.cases
    assert (case.process, case.channel, case.language) == ("order", "webform", language)
    assert case.number in visitor.words()
    outside.firm.drain()
    seen = known(outside.firm, case)
    assert [(line["sku"], line["qty"]) for line in seen["lines"]] == [("SO-1001", 4)]
    assert (seen["street"], seen["customer_ref"]) == ("Am Hang 3", "B-17")
    assert [call.inputs["event"] for call in outside.firm.post.calls] == ["order_received"]


def test_what_is_no_product_or_no_working_day_comes_back(outside: Outside, form: str):
    visitor = outside.visitor()
    visitor.get(f"{form}?lang=de")
    sunday = outside.clock().date() + timedelta(days=13 - outside.clock().weekday())
    visitor.send(**{**ORDER, "lines.n0.sku": "Gibt es nicht", "lines.n0.wanted_on": sunday.isoformat()})

    assert outside.cases == []
    assert visitor.answer.status_code == 422
    wrong = visitor.page.xpath("//*[@aria-invalid='true']/@name")
    assert set(wrong) == {"lines.n0.sku", "lines.n0.wanted_on"}
    visitor.send(**{"lines.n0.sku": "SO-1001", "lines.n0.wanted_on": wanted(outside)})
    assert [case.process for case in outside.cases] == ["order"], "nothing was typed twice"


def test_the_products_of_a_web_form_say_nothing_of_prices_and_stock(outside: Outside, form: str):
    visitor = outside.visitor()
    visitor.get(f"{form}?lang=de")
    visitor.send(**{**ORDER, "lines.n0.sku": "Solarmodul"})
    offered = html.tostring(visitor.page, encoding="unicode")

    assert "Solarmodul" in offered
    assert "129,00" not in offered

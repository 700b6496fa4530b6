"""While somebody types: price for this customer, what is there and from when. A slow ERP costs a moment, and it is said."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cpm import erp_offers
from cpm.case_numbers import case_number
from cpm.commands import customers, definitions, public_forms, tasks
from cpm.commands.customers import Facts
from cpm.connectors.erp import Product
from cpm.connectors.erp.demo import faults
from cpm.model import Case, ErpProduct, Task
from cpm.queries import looking_up, variables
from tests.clock import FakeClock
from tests.commands.conversing import open_case
from tests.web.api.conftest import Call
from tests.web.conftest import Browser
from tests.web.test_rows_of_cases import EMAIL, MODEL, TEXT
from tests.world import World

SKU, TODAY = "SO-2001", date(2026, 3, 2)
LOOKED_UP = {"cpm:lookup": "products", "cpm:lookup.fill": "unit=unit, price=price"}
LINE = [
    {"type": "textfield", "key": "sku", "label": "Artikel", "properties": LOOKED_UP},
    {"type": "textfield", "key": "unit", "label": "Einheit", "readonly": True},
    {"type": "number", "key": "price", "label": "Preis", "readonly": True},
    {"type": "datetime", "subtype": "date", "key": "wanted_on", "dateLabel": "Wunschtermin"},
]
LINES = {"type": "dynamiclist", "path": "lines", "label": "Positionen", "allowAddRemove": True}
HTML = {"Accept-Language": "de"}


class Shop:
    """An ERP with a price for each customer, which remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], str, date | None]] = []
        self.prices: dict[str, Decimal] = {}
        self.go = threading.Event()
        self.done = threading.Event()
        self.go.set()

    def products(self, *, skus: Sequence[str], customer: str, on: date | None, most: int) -> list[Product]:
        assert len(skus) <= most
        self.asked.append((tuple(skus), customer, on))
        assert self.go.wait(30)
        price = self.prices.get(customer, Decimal("1690.00"))
        made = [
            Product(sku, "X", "Stück", price, available=Decimal(7), earliest=date(2026, 3, 9)) for sku in skus
        ]
        self.done.set()
        return made


@pytest.fixture
def shop(firm: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    found = Shop()
    monkeypatch.setattr(erp_offers, "BUDGET", timedelta(seconds=20))
    hurried = firm.engine.erp.of("demo", hurried=True)
    monkeypatch.setattr(hurried, "products", found.products, raising=False)
    yield found
    found.go.set()


@pytest.fixture
def task(firm: World) -> Task:
    _deployed(firm)
    return firm.step(open_case(firm, "ordering"), "enter")


@pytest.fixture
def other(firm: World, task: Task) -> Task:
    """Of another customer."""
    case = open_case(firm, "ordering")
    with firm.engine.begin("sue") as uow:
        uow.get(Case, case.id).customer = customers.create(uow, Facts(last_name="Sommer"))
    assert task.case_id != case.id
    return firm.step(case, "enter")


def _deployed(firm: World) -> None:
    order = {"id": "order", "type": "default", "components": [{**LINES, "components": LINE}]}
    wanted = {
        "id": "wanted",
        "type": "default",
        "components": [EMAIL, TEXT, {**LINE[0], "properties": {"cpm:lookup": "products"}}],
    }
    files = {"order.form": json.dumps(order).encode(), "wanted.form": json.dumps(wanted).encode()}
    with firm.engine.begin("cpm test") as uow:
        definitions.deploy(uow, {"orders.bpmn": MODEL.encode(), **files})
        uow.session.add(
            ErpProduct(
                system="demo", sku=SKU, name="Wechselrichter", unit="Stück", price=Decimal("1690.00"), group="",
                field="", key="so2001", words="so 2001 wechselrichter", seen_at=uow.now,
            )
        )  # fmt: skip


def _number(firm: World, task: Task) -> str:
    with firm.engine.read() as look:
        customer = look.get(Case, task.case_id).customer
        assert customer is not None
        return customer.number


def _listed(browser: Browser, task: Task, on: str = "") -> str:
    with_day = f"&wanted_on={on}" if on else ""
    at = f"/cases/{_at(task)}/tasks/{task.id}/lookup?field=lines.sku&q=so-2{with_day}"
    answer = browser("anna").get(at, headers=HTML)
    assert answer.status_code == 200
    return str(answer.text)


def _at(task: Task) -> str:
    return case_number(task.case_id)


def _typed(**more: str) -> dict[str, object]:
    names = [f"lines.n0.{key}" for key in ("sku", "wanted_on")]
    return {
        "_asked": ["lines", *names],
        "_rows": "lines.n0",
        "lines.n0.sku": f"Wechselrichter ({SKU})",
        **more,
    }


def _drawn(browser: Browser, task: Task, **more: str) -> str:
    at = f"/cases/{_at(task)}/tasks/{task.id}/fields"
    return str(browser("anna").post(at, data=_typed(**more), headers=HTML).text)


def _completed(firm: World, browser: Browser, task: Task, **more: str) -> object:
    anna = browser("anna")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    assert (
        anna.post(f"/cases/{_at(task)}/tasks/{task.id}", data=_typed(**more), headers=HTML).status_code == 303
    )
    with firm.engine.read() as look:
        return variables.of_case(look, look.get(Case, task.case_id))["lines"][0]["price"]


def test_the_list_says_what_the_erp_says_now(firm: World, browser: Browser, shop: Shop, task: Task):
    """For the customer of the case, on the day of the row; typing on asks nobody again."""
    shop.prices[_number(firm, task)] = Decimal("1500.50")
    listed = _listed(browser, task)
    assert "1.500,50" in listed
    assert "7 auf Lager" in listed
    assert "ab 09.03.2026" in listed
    assert "Stand" not in listed
    assert _listed(browser, task) == listed
    assert shop.asked == [((SKU,), _number(firm, task), TODAY)]
    _listed(browser, task, "09.03.2026")
    assert [on for _, _, on in shop.asked] == [TODAY, date(2026, 3, 9)]


def test_an_answer_is_kept_for_some_seconds(browser: Browser, shop: Shop, task: Task, clock: FakeClock):
    _listed(browser, task)
    clock.advance(timedelta(seconds=20))
    _listed(browser, task)
    assert len(shop.asked) == 2


def test_what_was_shown_is_filled_in_and_stored(
    firm: World, browser: Browser, shop: Shop, task: Task, clock: FakeClock
):
    """Also if the price has changed over there while the form was filled in."""
    shop.prices[_number(firm, task)] = Decimal("1500.50")
    _listed(browser, task)
    shop.prices[_number(firm, task)] = Decimal("1777.00")
    clock.advance(timedelta(minutes=3))
    assert "1.500,50" in _drawn(browser, task)
    assert _completed(firm, browser, task) == Decimal("1500.50")
    assert len(shop.asked) == 1


def test_without_a_list_the_server_fills_in_the_same(firm: World, browser: Browser, shop: Shop, task: Task):
    shop.prices[_number(firm, task)] = Decimal("1500.50")
    assert _completed(firm, browser, task) == Decimal("1500.50")


NAMED = {"lines.n0.sku": "Wechselrichter"}


def test_who_types_a_name_gets_the_live_price_too(firm: World, browser: Browser, shop: Shop, task: Task):
    shop.prices[_number(firm, task)] = Decimal("1500.50")
    assert "1.500,50" in _drawn(browser, task, **NAMED)
    assert _completed(firm, browser, task, **NAMED) == Decimal("1500.50")


def test_the_copys_price_of_a_name_says_how_old_it_is(firm: World, browser: Browser, task: Task):
    faults.order(firm.engine.settings.erp.demo, "away")
    drawn = _drawn(browser, task, **NAMED)
    assert ("1.690,00" in drawn, "Stand 02.03.2026, 09:00 Uhr" in drawn) == (True, True)


def test_each_customer_has_their_own_price(
    firm: World, browser: Browser, shop: Shop, task: Task, other: Task
):
    shop.prices |= {_number(firm, task): Decimal("11.11"), _number(firm, other): Decimal("22.22")}
    assert "11,11" in _listed(browser, task)
    assert "22,22" in _listed(browser, other)
    assert "11,11" in _drawn(browser, task)
    assert "22,22" in _drawn(browser, other)


def test_who_answers_too_late_is_not_waited_for(
    firm: World, browser: Browser, shop: Shop, task: Task, monkeypatch: pytest.MonkeyPatch
):
    """Our own price then, and how old it is, in the list and at the field. What comes later serves who types on."""
    shop.prices[_number(firm, task)] = Decimal("1500.50")
    monkeypatch.setattr(erp_offers, "BUDGET", timedelta(0))
    shop.go.clear()
    sentence = "Das ERP braucht gerade länger; gezeigt sind die Preise, Stand 02.03.2026, 09:00 Uhr."
    listed, drawn = _listed(browser, task), _drawn(browser, task)
    assert ("1.690,00" in listed, "auf Lager" in listed) == (True, False)
    assert sentence in listed
    assert ("1.690,00" in drawn, sentence in drawn) == (True, True)
    shop.go.set()
    assert shop.done.wait(30)
    assert _completed(firm, browser, task) == Decimal("1690.00"), "what was shown"


def test_who_is_away_costs_nothing_but_the_sentence(firm: World, browser: Browser, task: Task):
    faults.order(firm.engine.settings.erp.demo, "away")
    listed = _listed(browser, task)
    assert "1.690,00" in listed
    assert "antwortet gerade nicht" in listed
    faults.mend(firm.engine.settings.erp.demo)
    assert "auf Lager" in _listed(browser, task)


def test_strangers_ask_no_erp(firm: World, shop: Shop, task: Task):
    with firm.engine.begin("cpm webform") as uow:
        key = public_forms.add(uow, "ordering").key
    with firm.engine.read() as look:
        found = looking_up.of_public(look, key, "sku", "so-2")
    (hit,) = found.hits
    assert (dict(hit.facts).keys() <= {"unit", "group"}, found.note, shop.asked) == (True, "", [])


def test_programs_are_told_the_same(
    firm: World, api: Callable[..., Call], shop: Shop, task: Task, other: Task
) -> None:
    """And what they hand in gets the customer's price, if they asked before or not."""
    shop.prices[_number(firm, task)] = Decimal("1500.50")
    call = api("anna")
    call("PUT", f"/tasks/{task.id}/claim")
    done = call("PUT", f"/tasks/{task.id}/completion", json={"data": {"lines": [{"sku": SKU}]}})
    assert done.status_code == 200
    with firm.engine.read() as look:
        (line,) = variables.of_case(look, look.get(Case, task.case_id))["lines"]
    (hit,) = call("GET", f"/tasks/{other.id}/lookups/lines.sku?q=so&wanted_on=2026-03-09").json["hits"]
    assert (line["price"], hit["facts"]["price"]) == (Decimal("1500.50"), "1690.00")
    assert (hit["facts"]["stock"], hit["facts"]["earliest"]) == ("7", "2026-03-09")
    assert shop.asked[-1][2] == date(2026, 3, 9)

"""The ERP on the desk, in a browser: one that freezes holds nobody up, and who differs on both sides is settled by one click."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from cpm.commands import adopting, customers
from cpm.connectors.erp import Line, Party, PostalAddress, Wanted
from cpm.connectors.erp.demo import DemoErp, faults
from cpm.connectors.erp.demo.people import People
from cpm.model import Case, Customer, ErpLink, LinkedKind
from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import shot, sign_in, too_wide
from tests.browser.site import Site

pytestmark = pytest.mark.slow


@pytest.fixture
def case(site: Site) -> str:
    """The number of a case whose customer has an order in the demo ERP, sent and billed, and one that was made there."""
    engine = site.world.engine
    with engine.begin("anna") as uow:
        found = uow.session.scalars(select(Case).where(Case.customer_id == 1).order_by(Case.id)).first()
        number = uow.get(Customer, 1).number
        adopting.link(uow, 1, "demo", number, make=True)
    site.world.drain()
    demo, people = engine.erp.of("demo"), People(engine.settings.erp.demo)
    sku = min(demo.products(), key=lambda one: one.price).sku
    wanted = Wanted(number, (Line(sku, Decimal(1)),))
    demo.save_order(found.number, wanted)
    order = demo.confirm_order(found.number)
    demo.save_order("THEIRS-1", wanted)
    people.ship(order.number)
    people.invoice(order.number)
    with engine.begin("worker") as uow:
        about = {"case_id": found.id, "customer_id": 1, "number": order.number, "seen_at": uow.now}
        uow.session.add(ErpLink(system="demo", kind=LinkedKind.ORDER, key=found.number, **about))
    return found.number


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The ERP is asked, and answers when the test says so."""
    go = threading.Event()
    real = DemoErp.terms

    def slow(self: DemoErp, key: str) -> object:
        go.wait(60)
        return real(self, key)

    monkeypatch.setattr(DemoErp, "terms", slow)
    yield go.set
    go.set()


def test_a_frozen_erp_holds_no_page_up_and_its_answer_appears_by_itself(
    site: Site, visit: Visit, case: str, frozen: Callable[[], None]
):
    page = visit(language="de")
    sign_in(page, "anna")
    page.goto("/customers/1")
    title = page.title()
    panel = page.locator("#erp")
    expect(panel).to_contain_text("braucht für die Antwort länger, als diese Seite wartet")
    shot(page, "erp/frozen")
    axe(page)
    frozen()
    expect(panel).to_contain_text("DEMO-AU-", timeout=20_000)
    expect(panel).not_to_contain_text("länger")
    expect(page).to_have_title(title)  # not that of the panel's own page


def test_the_panels_fit_every_screen_in_both_languages(site: Site, visit: Visit, case: str):
    engine = site.world.engine
    demo = engine.erp.of("demo")
    _changed_on_both_sides(site)
    with engine.read() as look:
        link = look.session.scalars(select(ErpLink.id).where(ErpLink.kind == LinkedKind.CUSTOMER)).one()
        other = look.get(Customer, 2).name
        task = site.world.open_tasks(look.session.scalars(select(Case).where(Case.customer_id == 1)).first())[
            0
        ]
    demo.save_party(
        Party("D-77", other, company=False, addresses=(PostalAddress("Ring 1", "50667", "Köln", "DE"),))
    )
    everywhere = ("/customers/1", "/customers/in-the-erp", "/customers/2/erp/candidates")
    pages = {
        ("de", 320): (*everywhere, f"/cases/{case}", f"/customers/1/erp/links/{link}/end"),
        ("en", 1440): (*everywhere, f"/cases/{case}/tasks/{task.id}"),
    }
    for (language, width), addresses in pages.items():
        page = visit(language=language, width=width)
        sign_in(page, "sue")
        for address in addresses:
            page.goto(address)
            if address == "/customers/1":
                expect(page.locator("#erp")).to_contain_text("DEMO-AU-")
            shot(page, f"erp/{language}-{width}{address.replace('/', '-')}")
            assert not too_wide(page), address
            axe(page)


def test_one_click_writes_both_sides_also_without_javascript(site: Site, visit: Visit, case: str):
    number = _changed_on_both_sides(site)
    page = visit(language="en", java_script=False)
    sign_in(page, "anna")
    page.goto("/customers/1")
    page.locator("#erp").get_by_role("link", name="Refresh").click()
    expect(page.locator("#erp")).to_contain_text("DEMO-AU-")
    page.get_by_label("The ERP's: Mara Meister").check()
    page.get_by_role("button", name="Write to both sides").click()
    site.world.drain()
    page.goto("/customers/1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mara Meister")
    assert site.world.engine.erp.of("demo").party(number).name == "Mara Meister"


def test_while_the_erp_is_away_every_page_says_so_and_politely_when_it_is_back(
    site: Site, visit: Visit, case: str
):
    file = site.world.engine.settings.erp.demo
    page = visit(language="de")
    sign_in(page, "anna")
    faults.order(file, "away")
    site.clock.advance(timedelta(minutes=1))
    page.clock.install()
    for _ in range(3):
        page.goto("/customers/1/erp")
    page.goto("/inbox")
    strip = page.get_by_role("status").filter(has_text="Warenwirtschaft (ERP)")
    expect(strip).to_contain_text("Alles außer Aufträgen geht weiter")
    shot(page, "erp/away")
    axe(page)
    faults.mend(file)
    site.clock.advance(timedelta(minutes=1))
    page.clock.fast_forward(16_000)
    expect(strip).to_contain_text("wieder da")
    shot(page, "erp/back")
    axe(page)


def _changed_on_both_sides(site: Site) -> str:
    """The customer's number."""
    engine = site.world.engine
    demo = engine.erp.of("demo")
    with engine.begin("anna") as uow:
        customers.change(uow, 1, {"last_name": "Muster"})
        number = uow.get(Customer, 1).number
    demo.save_party(replace(demo.party(number), name="Mara Meister"))
    site.world.drain()
    return number

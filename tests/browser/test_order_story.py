"""The client's own example, in a browser against the real Tryton: entered once, consistent on both sides, paid."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import databases as kinds
from tests import order_story
from tests.browser.desk import answered
from tests.browser.hands import shot, sign_in, too_wide
from tests.browser.site import served
from tests.databases import Databases, Kind
from tests.erp.running import Erp
from tests.order_story import AGENT, HOOK, MODULE, OTHER, Story
from web.app import create_app

pytestmark = pytest.mark.slow


@pytest.fixture
def story(sqlite: Databases, tmp_path: Path, own_erp: Erp) -> Iterator[Story]:
    with (
        sqlite.fresh(tmp_path, Kind.FURNISHED) as url,
        kinds.opened(url) as database,
        order_story.told(database, tmp_path, own_erp) as told,
    ):
        yield told


@pytest.fixture
def page(chromium: Browser, story: Story) -> Iterator[Page]:
    with served(create_app(story.engine)) as url:
        context = chromium.new_context(base_url=url, locale="de-DE", viewport={"width": 1440, "height": 900})
        context.set_default_timeout(15_000)
        yield context.new_page()
        context.close()


class Desk:
    """The agent at the page; whatever is typed is noted as a fact."""

    def __init__(self, story: Story, page: Page) -> None:
        self.story, self.page = story, page

    def type(self, selector: str, fact: str, value: str) -> None:
        self.page.fill(selector, self.story.typed.note(fact, value))

    def send(self, name: str) -> None:
        """A press of the button; then the machine does its part."""
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()
        self.story.work()

    def step(self, element: str) -> None:
        """The case's open step, begun if it is nobody's yet."""
        task = self.story.world.step(self.story.case(), element)
        self.page.goto(f"/cases/{self.story.case().number}/tasks/{task.id}")
        begin = self.page.locator("form[action$='/claim'] button.primary")
        if begin.count():
            begin.click()
            self.page.wait_for_load_state()

    def done(self) -> None:
        """Hand in the step's form once it has computed all that follows; then the machine does its part."""
        self.page.wait_for_function("() => !document.querySelector('.htmx-request')")
        self.page.locator("button.primary[form=step-form]").click()
        answered(self.page)
        assert self.page.locator(".error").count() == 0, self.page.locator(".error").all_inner_texts()
        self.story.work()

    def choose(self, key: str, value: str) -> None:
        """One of the options of a question, by a click: nothing is typed."""
        self.page.check(f"input[name='{key}'][value='{value}']")

    def look(self, name: str, *, figure: str = "") -> None:
        """As others may see it, too: narrow. `figure`: what the bar tells of the form."""
        if figure:
            expect(self.page.locator("#figure strong")).to_have_text(figure)
        shot(self.page, f"order/{name}-1440")
        self.page.set_viewport_size({"width": 320, "height": 900})
        assert not too_wide(self.page), name
        shot(self.page, f"order/{name}-320")
        self.page.set_viewport_size({"width": 1440, "height": 900})


def test_an_unknown_caller_orders_once_and_pays(story: Story, page: Page) -> None:
    desk = Desk(story, page)
    sign_in(page, AGENT)
    page.goto("/cases/new")
    desk.look("new-case")
    desk.type("input[name=last_name]", "last name", "Sommer")
    desk.type("input[name=phone]", "phone", "0221 5550100")
    page.select_option("select[name=process]", "order")
    desk.type("textarea[name=text]", "what they said", "Geht das bis nächste Woche?")
    desk.send("Vorgang eröffnen")

    desk.step("capture_customer")
    assert page.input_value("#f-last_name") == "Sommer"
    assert page.input_value("#f-phone").replace(" ", "") == "+492215550100"
    desk.choose("customer_kind", "company")
    desk.type("#f-company_name", "company", "Sonnenhof GmbH")
    desk.type("#f-vat_id", "VAT ID", "DE136695976")
    page.select_option("#f-gender_address", "Frau")
    desk.type("#f-street", "street", "Am Hang 3")
    desk.type("#f-postcode", "postcode", "50939")
    desk.type("#f-city", "town", "Köln")
    desk.type("#email-ask_email", "e-mail", "einkauf@sonnenhof.example.com")
    page.locator(".offered form:has([type=email]) button").click()
    expect(page.locator("#f-email")).to_have_value("einkauf@sonnenhof.example.com")
    desk.look("capture-customer")
    desk.done()

    desk.step("capture_lines")
    on = story.wanted_on()
    for row, (sku, qty) in enumerate(((MODULE, "8"), (HOOK, "100"), (OTHER, "5"))):
        if row:
            page.keyboard.press("Alt+n")
        desk.type(f"#f-lines-n{row}-sku", f"line {row}: product", sku)
        page.keyboard.press("Tab")
        desk.type(f"#f-lines-n{row}-qty", f"line {row}: quantity", qty)
        if not row:  # the rows below begin with it
            desk.type("#f-lines-n0-wanted_on", "date", f"{on:%d.%m.%y}")
    desk.look("capture-lines", figure="1.959,00\u00a0€")
    desk.done()

    desk.step("find_way")
    desk.look("find-way")
    desk.choose("way", "part_delivery")
    page.check("input[name='agreed']")
    desk.done()

    desk.step("confirm_order")
    desk.look("confirm-order")
    desk.choose("accepted", "yes")
    desk.done()

    page.goto(f"/cases/{story.case().number}")
    desk.look("case")
    story.ends_paid()
    page.reload()
    expect(page.get_by_text("bezahlt").first).to_be_visible()
    desk.look("case-paid")

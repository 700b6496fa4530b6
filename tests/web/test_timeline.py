"""The timeline on its page: what narrows it stands in the address, and what strangers wrote is no markup."""

import pytest

from cpm.model import Case
from tests.commands.test_cost import statements
from tests.web.conftest import Browser
from tests.world import World, mail

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def case(firm: World) -> Case:
    return firm.receive(mail(subject="Riss <b>", text="Der Kessel hat <script>alert(1)</script> einen Riss."))


def shown(browser: Browser, **asked: str) -> str:
    return browser("anna").get("/customers/1/timeline", query_string=asked, headers=ENGLISH).text


def test_what_is_looked_for_is_marked_and_no_markup_comes_through(browser: Browser, case: Case):
    page = shown(browser, q="kessel")
    assert "<mark>Kessel</mark>" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert case.number in page


def test_what_fits_nothing_says_so_and_leads_back(browser: Browser, case: Case):
    page = shown(browser, q="nirgends")
    assert "Nothing fits." in page
    assert '<a href="/customers/1/timeline">Everything</a>' in page


def test_what_cannot_be_read_is_told_at_its_field_and_narrows_nothing(browser: Browser, case: Case):
    page = shown(browser, since="soon", case="C-1", kind="made-up")
    assert "That is no date." in page
    assert 'value="soon"' in page
    assert "Case opened" in page


def test_the_days_of_the_firm_count(browser: Browser, case: Case):
    day = f"{case.opened_at:%d.%m.%Y}"
    assert "Case opened" in shown(browser, since=day, until=day)
    assert "Nothing fits." in shown(browser, since="01.01.2099")


def test_a_made_up_page_is_refused(browser: Browser, case: Case):
    assert browser("anna").get("/customers/1/timeline?before=x").status_code == 422


def test_the_customers_page_begins_with_it(browser: Browser, case: Case):
    page = browser("anna").get("/customers/1", headers=ENGLISH).text
    assert 'href="/customers/1/timeline">Whole timeline</a>' in page


def test_a_page_costs_the_same_however_much_was_said(firm: World, browser: Browser, case: Case):
    anna = browser("anna")

    def cost() -> int:
        with statements(firm.engine.database) as asked:
            assert anna.get("/customers/1/timeline?q=kessel", headers=ENGLISH).status_code == 200
        return len(asked)

    cost()
    few = cost()
    for number in range(5):
        firm.receive(mail(subject="Kessel", message_id=f"<more{number}@example.org>"))
    cost()
    assert cost() == few <= 10

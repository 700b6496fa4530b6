"""The frame: what lies on the bar's line, and what under *More*; what somebody has at hand, and its cost."""

import pytest
from lxml import html

from cpm.commands import comments, talks, tasks, users
from cpm.model import Direction, Role
from tests.commands.test_cost import statements
from tests.databases import Sqlite
from tests.web.conftest import Browser
from tests.world import World, mail


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """Nothing here depends on the kind of database."""
    return sqlite


def bar(browser: Browser, login: str, at: str = "/account") -> tuple[list[str], list[str]]:
    """What somebody sees at once, and what under *More*."""
    page = html.fromstring(browser(login).get(at, headers={"Accept-Language": "en"}).text)
    seldom = page.xpath("//nav[@aria-label='Areas']//details//a")
    at_once = [link for link in page.xpath("//nav[@aria-label='Areas']//a") if link not in seldom]
    return [link.text_content() for link in at_once], [link.text_content() for link in seldom]


def test_what_is_seldom_wanted_lies_under_more(browser: Browser):
    at_once, seldom = bar(browser, "anna")
    assert at_once == ["Inbox", "Cases", "Customers", "New case", "Calls"]
    assert {"Mentions", "Search", "Exceptions", "Absences"} <= set(seldom)


def test_where_somebody_begins_is_never_hidden(browser: Browser):
    at_once, seldom = bar(browser, "sue")
    assert "Exceptions" in at_once
    assert "Suggestions" in seldom


def test_a_few_areas_need_no_menu(firm: World, browser: Browser):
    with firm.engine.begin("otto") as uow:
        users.add_user(uow, "dora", name="Dora", roles=[Role.DESIGNER], teams=[])
    at_once, seldom = bar(browser, "dora")
    assert at_once
    assert not seldom


def test_what_is_counted_is_seen(firm: World, browser: Browser):
    case = firm.receive(mail())
    assert case is not None
    with firm.engine.begin("sue") as uow:
        comments.add(uow, case.id, "Bitte ansehen, @anna.")
    at_once, _ = bar(browser, "anna")
    assert any(words.startswith("Mentions 1") for words in at_once)


def test_what_is_at_hand_costs_one_transaction_and_nothing_where_nothing_is(firm: World, browser: Browser):
    """The sign-in says already whether there is anything."""
    anna = browser("anna")
    anna.get("/account")
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as idle:
        anna.get("/account")
    for number in range(2):
        _held(firm, f"<{number}@example.org>")
    with firm.engine.begin("anna") as uow:
        talks.begin(uow, direction=Direction.IN, number="0221 4710123")
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as busy:
        page = anna.get("/account").text
    assert page.count("Mara Beispiel") == 2
    assert "+49 221 4710123" in page
    assert len(busy) == len(idle) + 3, "\n".join(busy)


def _held(firm: World, message_id: str) -> None:
    case = firm.receive(mail(message_id=message_id))
    assert case is not None
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, firm.step(case, "check_facts").id)

"""What holds for every page, whoever looks at it: languages, colours, widths, and what axe says."""

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.conftest import Visit, opened_site
from tests.browser.hands import shot, sign_in, too_wide
from tests.browser.site import Site
from tests.browser.stages import stages
from tests.browser.walk import OF_EACH_KIND, view, walk
from tests.databases import Sqlite
from tests.office import MORE_PEOPLE
from tests.world import PEOPLE
from web.access import rule_of
from web.visitor import Visitor

pytestmark = pytest.mark.slow
#: One of each role.
VISITORS = ("anna", "sue", "dora", "otto", "ivan")
#: Pages by their rule that are none, or that a walk by links and addresses does not come to.
ELSEWHERE = {
    "account.sign_in_form": "for nobody in particular; below, and in test_sign_in",
    "account.start": "leads on",
    "agent.task_again": "leads on",
    "agent.actions": "leads on",
    "agent.cases_csv": "a file; in test_lists",
    "agent.cases_xlsx": "a file",
    "agent.merge_done": "of a merge; in test_merging",
    "agent.customer_zip": "a file; in test_documents of the web",
    "agent.customers_csv": "a file; in web/test_customer_pages",
    "agent.document": "a file",
    "agent.document_file": "a file; in test_documents",
    "agent.document_shown": "a file within a page; in test_documents",
    "designer.archive": "a file",
    "designer.file": "a file",
    "agent.suspension": "leads on",
    "agent.message_frame": "a frame; in test_reply",
    "agent.preview_of_reply": "of a draft; in test_reply",
    "agent.customer_erp": "a panel; in test_erp_desk",
    "agent.case_erp": "a panel; in test_erp_desk",
    "agent.erp_unlink_page": "of a link; in test_erp_desk",
    "agent.erp_candidates": "of a customer who is not linked; in test_erp_desk",
    "erp.standing": "a part of pages; in test_erp_desk",
    "bulk.results": "a file; in test_bulk",
    "operator.raw_message": "a file; in test_mailboxes",
    "agent.look_up": "a part of a page; in test_rows",
    "customer.look_up": "a part of a page; in web/test_rows_of_cases",
    "customer.form": "for customers; in test_customer",
    "customer.further": "for customers; in test_customer",
    "status.page": "for customers; in test_status",
    "status.file": "a file",
    "opting.page": "for customers; in test_status",
    "opting.confirm_page": "for customers; in test_status",
    "customer.received": "for customers; in test_customer",
    "agent.acceptance_csv": "a file; in web/test_path",
    "agent.again_page": "of a step that may be done again; in test_desk_states",
    "agent.comment_again": "leads on",
    "agent.customer_note_again": "leads on",
    "agent.comments": "leads on",
    "agent.mention": "leads on",
    "agent.mentions_news": "a part of pages; in web/test_live",
    "agent.inbox_counts": "no page; in web/test_live",
    "agent.chosen_again": "leads on",
    "agent.hand_over_page": "of a task; in test_desk_states",
    "agent.inbox_news": "a part of a page; in web/test_live",
    "agent.suggestions_again": "leads on",
    "live.of_case": "a part of pages; in web/test_live",
    "live.stream": "no page; in web/test_live",
    "palette.palette": "what a form of each page leads to; anna comes there",
    "palette.palette_list": "a part of pages; in web/test_palette",
    "palette.product": "by the palette; in web/test_palette",
    "phone.of_case": "a panel; in test_desk_states",
    "phone.standing": "a part of pages; in test_desk_states",
    "phone.talk": "of a call; in test_desk_states",
    "supervisor.exceptions_news": "a part of a page; in web/test_live",
    "training.come": "leads on; in web/test_training",
    "training.enter": "leads on; in web/test_training",
    "training.over_there": "leads on; in web/test_training",
    "training.practise": "where there is a training installation; in web/test_training",
    "health.alive": "for machines",
    "health.ready": "for machines",
    "openapi": "for machines",
    "static": "for pages",
}


class Look(NamedTuple):
    widths: Collection[int]
    of_each_kind: int


#: Where axe looks by language: at all kinds of pages, words, widths and colours, but not at each with each; `make soak` does.
LOOKS = {"de": Look((320,), 1), "en": Look((1440,), 1)}
EVERY_WIDTH = (320, 1440)
#: Who looks in which language; what several roles see, somebody sees in either.
EVERY_LOOK = tuple((login, language) for login in VISITORS for language in LOOKS)
ONE_LOOK_EACH = (("anna", "de"), ("sue", "en"), ("dora", "de"), ("otto", "de"), ("ivan", "en"))
Walked = Callable[..., Iterator[str]]
languages = pytest.mark.parametrize("language", ["de", "en"])


@pytest.fixture(scope="module")
def site(sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for all: these tests only look."""
    folder: Path = tmp_path_factory.mktemp("site")
    with opened_site(sqlite, folder) as site:
        yield site


@pytest.fixture(scope="module")
def walked(site: Site) -> Walked:
    """Signs somebody in and goes to all their pages; says each address while the browser is there."""
    more = stages(site)

    def addresses(page: Page, login: str, of_each_kind: int = OF_EACH_KIND) -> Iterator[str]:
        sign_in(page, login)
        return walk(page, site, *more.get(login, ()), of_each_kind=of_each_kind)

    return addresses


@pytest.fixture(scope="module")
def looks(full_size: bool) -> Mapping[str, Look]:
    """By language, where axe looks."""
    return dict.fromkeys(LOOKS, Look(EVERY_WIDTH, OF_EACH_KIND)) if full_size else LOOKS


@pytest.mark.parametrize(("login", "language"), EVERY_LOOK if os.environ.get("CPM_SOAK") else ONE_LOOK_EACH)
def test_nothing_keeps_people_out(
    visit: Visit, walked: Walked, looks: Mapping[str, Look], login: str, language: str
):
    """WCAG 2.2 AA as far as a program can see it, in both colour schemes; nothing runs over at either width."""
    page = visit(language=language)
    wrong = []
    look = looks[language]
    for address in walked(page, login, look.of_each_kind):
        wrong += _wrong(page, login + address, language, look.widths)
    assert wrong == []


@languages
def test_nothing_keeps_people_out_before_they_are_known(site: Site, visit: Visit, language: str):
    page = visit(language=language)
    wrong = []
    for path in ("/sign-in", "/there-is-no-such-page"):
        page.goto(path)
        wrong += _wrong(page, f"nobody{path}", language, EVERY_WIDTH)
    assert wrong == []


@pytest.mark.parametrize("login", VISITORS)
def test_pages_need_no_script(site: Site, visit: Visit, walked: Walked, login: str):
    """In German, whose words are the longer ones. The walk comes to every page that this person may see."""
    page = visit(language="de", java_script=False, width=320)
    wrong, seen = [], set(ELSEWHERE)
    for address in walked(page, login):
        wrong += _misbuilt(page, address, "de")
        seen.add(view(site, address))
    assert wrong == []
    assert _pages_for(site, login) - seen == set()


def _pages_for(site: Site, login: str) -> set[str]:
    """The endpoints that their roles may get."""
    roles, teams = {**PEOPLE, **MORE_PEOPLE}[login]
    who = Visitor(login, login, frozenset(roles), frozenset(teams))
    rules = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    allowed = {name: rule_of(site.app.view_functions[name], "GET") for name in rules}
    return {name for name, rule in allowed.items() if rule is not None and rule.lets(who)}


def _wrong(page: Page, name: str, language: str, widths: Collection[int]) -> list[str]:
    """Leaves the page as it was found."""
    wrong = []
    for width in EVERY_WIDTH:
        page.set_viewport_size({"width": width, "height": 900})
        wrong += _misbuilt(page, f"{name} at {width} px", language)
        if width not in widths:
            continue
        wrong += violations(page)
        page.emulate_media(color_scheme={"de": "dark", "en": "light"}[language])
        shot(page, f"pages/{language}-{width}/{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)[:100]}")
    page.emulate_media(color_scheme="light")
    return wrong


def _misbuilt(page: Page, name: str, language: str) -> list[str]:
    facts = {
        "says its language": page.get_attribute("html", "lang") == language,
        "has a title": len(page.title()) > len(" · CPM"),
        "has one heading of the first level": page.locator("h1").count() == 1,
        "needs no scrolling sideways": not too_wide(page),
    }
    return [f"Expected {name} to be a page that {fact}" for fact, holds in facts.items() if not holds]

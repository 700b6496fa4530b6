"""The palette and the sheet of keys: what they offer to whom, and that a key on the sheet does something."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cpm.case_numbers import customer_number
from cpm.commands import identifier_facts
from cpm.model import ErpProduct
from tests.commands.test_access import deploy_confidential
from tests.web.conftest import Browser
from tests.web.test_inbox import received
from tests.world import World
from web import language
from web.palette.keys import SHEET

ENGLISH = {"Accept-Language": "en"}
WEB = Path(language.__file__).parent


def offered(client: FlaskClient, sought: str) -> list[str]:
    answer = client.get("/palette/list", query_string={"q": sought}, headers=ENGLISH)
    assert answer.status_code == 200
    return re.findall(r'data-(?:href|post)="([^"]*)"', answer.text)


def test_a_case_is_found_by_number_subject_and_customer(firm: World, browser: Browser):
    case = received(firm)
    there = f"/cases/{case.number}"
    anna = browser("anna")
    assert offered(anna, case.number) == [there]
    assert there in offered(anna, case.subject)
    found = offered(anna, "Mara")
    assert there in found
    assert any(re.fullmatch(r"/customers/[^/]+", each) for each in found)
    assert anna.get("/palette", query_string={"q": case.number}).location == there


def test_a_customers_number_leads_to_them(firm: World, browser: Browser):
    case = received(firm)
    number, there = customer_number(case.customer_id), f"/customers/{case.customer_id}"
    anna = browser("anna")
    for sought in (number, number[:-2]):
        assert offered(anna, sought)[:1] == [there]
        assert anna.get("/palette", query_string={"q": sought}).location == there
        assert anna.get("/search", query_string={"q": sought}).location == there
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "looks like a customer number" in anna.get(f"/search?q={wrong}", headers=ENGLISH).text
    assert "sieht wie eine Kundennummer aus" in anna.get(f"/search?q={wrong}").text


def test_telephone_numbers_stand_there_as_people_read_them(firm: World, browser: Browser):
    case = received(firm)
    with firm.engine.begin("anna") as uow:
        identifier_facts.add(uow, case.customer_id, "phone", "+492214710123")
    for at in (
        "/palette/list?q=Mara",
        f"/cases/{case.number}",
        "/customers?sought=Mara",
        "/cases/new?q=Mara",
    ):
        page = re.sub(r'"[^"]*"', "", browser("anna").get(at).text)  # addresses of links go by their digits
        assert "+49 221 4710123" in page, at
        assert "+492214710123" not in page, at


def test_what_one_may_do_is_offered_and_nothing_else(browser: Browser):
    assert offered(browser("anna"), "next case") == ["/inbox/next"]
    assert offered(browser("otto"), "next case") == []
    assert "/exceptions" in " ".join(offered(browser("sue"), "exc"))
    assert "/admin/teams" in " ".join(offered(browser("otto"), "teams"))
    assert offered(browser("anna"), "teams") == []


def test_nothing_of_what_one_may_not_see_is_offered(firm: World, browser: Browser):
    deploy_confidential(firm)
    case = received(firm)
    assert offered(browser("sue"), case.number) == []
    assert offered(browser("otto"), "Mara") == []
    assert browser(None).get("/palette/list?q=Mara").status_code == 401


def test_a_product_has_a_page(firm: World, browser: Browser):
    """As our copy of the catalogue knows it."""
    with firm.engine.begin("test") as uow:
        words = {"key": "up25", "words": "up 25 umwalzpumpe"}
        named = {"sku": "UP-25", "name": "Umwälzpumpe", "unit": "Stück", "group": "", "field": ""}
        uow.session.add(ErpProduct(system="demo", price=Decimal("129.90"), seen_at=uow.now, **named, **words))
    assert offered(browser("anna"), "umwälz") == ["/products/UP-25"]
    page = browser("anna").get("/products/UP-25", headers=ENGLISH).text
    assert "Umwälzpumpe" in page
    assert browser("anna").get("/products/none").status_code == 404
    assert browser("otto").get("/products/UP-25").status_code == 403


def test_without_java_script_enter_leads_to_a_page(browser: Browser):
    page = browser("anna").get("/palette?q=next+case", headers=ENGLISH).text
    assert 'action="/inbox/next"' in page
    assert "Nothing fits “qqqq”" in browser("anna").get("/palette?q=qqqq", headers=ENGLISH).text


@pytest.mark.parametrize("address", ["/shortcuts", "/shortcuts?sheet"])
def test_the_sheet_tells_all_keys_in_both_languages(browser: Browser, address: str):
    english = browser("anna").get(address, headers=ENGLISH).text
    assert all(words in english for _, keys in SHEET for _, words in keys)
    german = browser("anna").get(address, headers={"Accept-Language": "de"}).text
    assert "Nächste Zeile" in german
    assert "<kbd>Strg</kbd>" in german


def test_every_key_of_the_sheet_is_one_of_a_page():
    """A sheet that promises keys that are gone helps nobody."""
    pages = "\n".join(file.read_text() for file in (WEB / "templates").rglob("*.html"))
    script = (WEB / "static/live.js").read_text()
    for _, keys in SHEET:
        for key, _words in keys:
            if len(key) == 1:
                assert f'data-key="{key}"' in pages or f'"{key}"' in script, key
            elif re.fullmatch("Alt[+][A-MO-Z]", key):  # Alt+N and digits are the script's
                assert f'aria-keyshortcuts="{key}"' in pages, key

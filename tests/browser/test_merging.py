"""Two customers are merged and told apart again in a real browser, by whoever opens the queue."""

import pytest
from playwright.sync_api import expect

from cpm.commands import addresses, customers
from cpm.commands.addresses import Postal
from cpm.commands.customers import Facts
from cpm.model import Customer
from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import shot, sign_in, too_wide
from tests.browser.site import Site
from tests.world import mail

pytestmark = pytest.mark.slow

#: German, English.
WORDS = {
    "compare": ("Vergleichen", "Compare"),
    "merge": ("geht in", "goes into"),
    "merged": ("Zusammengeführt.", "Merged."),
    "undo": ("Zusammenführung rückgängig machen", "Undo the merge"),
    "undone": ("Es sind wieder zwei Kunden.", "They are two customers again."),
}


@pytest.mark.parametrize(
    ("language", "java_script"), [("de", True), ("en", False)], ids=["script", "no script"]
)
def test_customers_are_merged_field_by_field_and_two_again(
    site: Site, visit: Visit, language: str, java_script: bool
):
    english = language == "en"
    one, other = _twice(site)
    page = visit(language=language, java_script=java_script, width=320 if not java_script else 1280)
    sign_in(page, "anna")
    page.goto("/duplicates")
    assert not too_wide(page)
    shot(page, f"agent/duplicates-{language}")
    page.get_by_role("link", name=WORDS["compare"][english]).first.click()
    assert not too_wide(page)
    page.locator("#take-2-first_name").check()
    if java_script:
        axe(page)
    shot(page, f"agent/merge-{language}")
    page.get_by_role("button", name=WORDS["merge"][english]).click()
    expect(page.get_by_text(WORDS["merged"][english])).to_be_visible()
    assert not too_wide(page)
    if java_script:
        axe(page)
    shot(page, f"agent/merged-{language}")
    assert _customer(site, one).first_name == "Mahra"
    assert _customer(site, other).merged_into_id == one
    page.goto(f"/customers/{one}")
    shot(page, f"agent/merged-customer-{language}")
    page.goto("/merges")
    assert not too_wide(page)
    page.locator('a[href^="/merges/"]').first.click()
    page.get_by_role("button", name=WORDS["undo"][english]).click()
    expect(page.get_by_text(WORDS["undone"][english])).to_be_visible()
    assert _customer(site, one).first_name == "Mara"
    assert _customer(site, other).merged_into_id is None


def _twice(site: Site) -> tuple[int, int]:
    with site.world.engine.begin("ben") as uow:
        mara = Facts(first_name="Mara", last_name="Vorlage", gender_address="Frau")
        one = customers.create(uow, mara, email="mara@vorlage.test").id
        again = Facts(first_name="Mahra", last_name="Vorlage", title="Dr.")
        other = customers.create(uow, again, email="mara@gmx.test", phone="0211 5550199").id
        for each, street in ((one, "Hauptstraße 5"), (other, "Hauptstr. 5")):
            addresses.add(uow, each, Postal(street=street, postcode="40210", city="Düsseldorf"))
    site.world.receive(mail(sender="mara@gmx.test", message_id="<twice@gmx.test>"))
    site.world.drain()
    return one, other


def _customer(site: Site, key: int) -> Customer:
    with site.world.engine.read() as look:
        return look.get(Customer, key)

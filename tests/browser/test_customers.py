"""The customer's page in a browser: all of its parts, in both languages and on a narrow screen, and two who change one field."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from cpm.attributes import Kind
from cpm.commands import (
    callers,
    consents,
    contacts,
    customer_attributes,
    customer_notes,
    customers,
    follow_ups,
    identifiers,
    talks,
    terms,
)
from cpm.commands.customers import Facts
from cpm.model import Case, Customer, CustomerKind, Direction, TermKind
from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import shot, sign_in, too_wide
from tests.browser.site import Site

pytestmark = pytest.mark.slow


def test_all_parts_of_a_customer_fit_every_screen(site: Site, visit: Visit):
    with site.world.engine.begin("otto") as uow:
        customer_attributes.declare(uow, "roof", Kind.NUMBER, "Dachfläche", name_en="Roof")
        customer_attributes.put(uow, 1, {"roof": "120"})
        long = terms.put(uow, TermKind.CATEGORY, "Messe" * 16)
        terms.assign(uow, TermKind.CATEGORY, long.key, [1])
        sun = customers.create(
            uow, Facts(CustomerKind.COMPANY, company_name="Sonnenschein AG"), email="i@sun.example"
        )
        contacts.add(uow, sun.id, 1, function="Einkauf")
        consents.give(uow, uow.get(Customer, 1), "email", "advertising", source="Messe")
        identifiers.mark_unreachable(uow, "email", "i@sun.example", "550 5.1.1 no such user")
        company = sun.id
    with site.world.engine.begin("anna") as uow:
        case = uow.session.scalars(select(Case).where(Case.customer_id == 1)).first()
        assert case is not None
        due = uow.now + timedelta(days=1)
        follow_ups.ask(uow, case, what="Termin nennen", due=due, call="0221 4710123")
        callers.identify(uow, talks.begin(uow, direction=Direction.OUT, number="0221 4710123").id, 1)
        customer_notes.add(uow, 1, "Hört schlecht:\nbitte laut sprechen und nur vormittags anrufen.")
    for language, width in (("de", 320), ("en", 1440)):
        page = visit(language=language, width=width)
        sign_in(page, "anna")
        for address in ("/customers/1", f"/customers/{company}", "/customers", "/customers/new"):
            page.goto(address)
            page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
            shot(page, f"customers/{language}-{width}{address.replace('/', '-')}")
            assert not too_wide(page), address
            axe(page)


def test_who_saves_second_sees_both_and_decides(site: Site, visit: Visit):
    page, other = visit(), visit()
    for each, login in ((page, "anna"), (other, "ben")):
        sign_in(each, login)
        each.goto("/customers/1")
        each.locator("summary").filter(has_text="Change the customer's data").click()
    for each, title in ((page, "Dr."), (other, "Prof.")):
        each.locator("#title").first.fill(title)
        each.locator("#master").get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("The customer's data are saved.")).to_be_visible()
    expect(other.get_by_role("table", name="Changed by somebody else meanwhile")).to_contain_text("Dr.")
    other.locator("#master").get_by_role("button", name="Save").first.click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("Prof.")

"""Whole cases by the keyboard alone, within so many presses beside the text that is typed."""

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from cpm import passwords
from cpm.commands import identifier_facts, users
from cpm.commands import passwords as password_commands
from cpm.following import Follower
from cpm.model import Case, Errand, Role
from tests.browser.conftest import Visit
from tests.browser.desk_states import Office
from tests.browser.hands import fill_in
from tests.browser.keys import Keys
from tests.browser.site import Site
from tests.office import FACTS, PASSWORD
from tests.ordering import CALLER, calm, known, working_day

pytestmark = pytest.mark.slow
ORDER, COMPLAINT = 90, 60
WANTED = (("SO-1001", "8"), ("SO-3001", "100"), ("SO-3002", "5"))


@pytest.fixture
def order_desk(site: Site) -> Site:
    engine = site.world.engine
    for errand in (Errand.CATALOGUE, Errand.FEED):
        Follower(engine).turn("demo", errand)
    with engine.begin("otto") as uow:
        users.add_user(uow, "oda", name="Oda", roles=(Role.AGENT,), teams=("order_desk",))
    with engine.begin("otto") as uow:
        password_commands.put(uow, "oda", passwords.hash_(PASSWORD))
    return site


def test_an_order_of_three_lines(order_desk: Site, visit: Visit):
    """Of a caller nobody knew, with one line that is short, from the inbox to the confirmation."""
    page = visit(language="de")
    page.goto("/sign-in")
    fill_in(page, "oda")
    keys = Keys(page)
    keys.tab_to(page.get_by_role("link", name="Neuer Vorgang"))
    keys.press("Enter")
    keys.fill(page.locator("[name=last_name]"), "Sommer")
    keys.fill(page.locator("[name=phone]"), "0221 5550100")
    keys.tab_to(page.locator("select[name=process]"))
    keys.press("A")
    expect(page.locator("select[name=process]")).to_have_value("order")
    keys.fill(page.locator("[name=text]"), "Geht das bis nächste Woche?")
    hand_in(keys)

    begin(keys, order_desk)
    keys.tab_to(field(page, "customer_kind").first)
    keys.press("ArrowDown")
    for name in ("company_name", "vat_id"):
        keys.fill(field(page, name), CALLER[name])
    keys.tab_to(field(page, "gender_address"))
    keys.press("F")
    for name in ("street", "postcode", "city", "email"):
        keys.fill(field(page, name), CALLER[name])
    hand_in(keys)

    begin(keys, order_desk)
    for row, (sku, qty) in enumerate(WANTED):
        if row:
            keys.press("Alt+n")
        keys.fill(page.locator(f"#f-lines-n{row}-sku"), sku)
        keys.fill(page.locator(f"#f-lines-n{row}-qty"), qty)
        if not row:  # the rows below begin with it
            keys.fill(page.locator("#f-lines-n0-wanted_on"), working_day(order_desk.clock().date(), 3))
    hand_in(keys)

    begin(keys, order_desk)
    keys.tab_to(field(page, "way").first)
    keys.press("Space")
    keys.tab_to(field(page, "agreed"))
    keys.press("Space")
    hand_in(keys)

    begin(keys, order_desk)
    keys.tab_to(field(page, "accepted").first)
    keys.press("Space")
    hand_in(keys)
    case = the_case(order_desk)
    order_desk.world.drain()
    assert known(order_desk.world, case)["order_no"]
    assert calm(order_desk.world, case)
    assert keys.count <= ORDER, keys.told()


def test_a_complaint_from_the_call(site: Site, visit: Visit):
    """Of a customer who calls about what they have bought, until the answer is on its way and the case wrapped up."""
    office = Office(site.world)
    before = office.case("before", FACTS)
    with site.world.engine.begin("otto") as uow:
        users.change_user(uow, "anna", extensions=["21"])
    with site.world.engine.begin("anna") as uow:
        identifier_facts.add(uow, before.customer_id, "phone", "+492214710123")
    page = visit(language="de")
    page.goto("/sign-in")
    fill_in(page, "anna")
    office.rings("21", "+492214710123")
    page.reload()
    keys = Keys(page)
    keys.press("t")
    keys.tab_to(page.locator("#process"))
    keys.press("R")
    expect(page.locator("#process")).to_have_value("complaint")
    keys.fill(page.locator("#text"), "Der Kessel hat einen Riss und tropft.")
    hand_in(keys)

    begin(keys, site)
    keys.tab_to(field(page, "cause"))
    keys.press("S")
    keys.fill(field(page, "damage_text"), "Riss im Kessel")
    hand_in(keys)

    begin(keys, site)
    keys.choose(field(page, "remedy"), "Erk", "explain")
    keys.fill(field(page, "reason"), "Der Riss ist nur im Lack, das schadet nicht.")
    hand_in(keys)

    begin(keys, site)
    keys.tab_to(field(page, "answer_channel"))
    keys.press("E")
    hand_in(keys)
    keys.press("Alt+w")
    keys.tab_to(page.locator("[name=outcome]").first)
    keys.press("Space")
    keys.tab_to(page.locator("[name=reason]").first)
    keys.press("Space")
    hand_in(keys)
    site.world.drain()
    assert site.world.post.calls[-1].inputs["to"] == "before@example.org"
    expect(page.locator("#talk-strip .calling")).to_have_count(0)
    assert keys.count <= COMPLAINT, keys.told()


def begin(keys: Keys, site: Site) -> None:
    """The machine does its part meanwhile; then the first open step of the case, begun."""
    site.world.drain()
    if "/tasks/" not in keys.page.url:
        keys.reload()
        keys.press("Tab")
        keys.press("Enter")
    if keys.page.locator("[data-key=s]").count():
        keys.press("s")


def hand_in(keys: Keys) -> None:
    keys.press("Control+Enter")
    expect(keys.page.locator("#summary")).to_have_count(0)


def field(page: Page, name: str) -> Locator:
    return page.locator(f"#step-form [name='{name}']")


def the_case(site: Site) -> Case:
    with site.world.engine.read() as look:
        return look.session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()

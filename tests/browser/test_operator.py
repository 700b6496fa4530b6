"""An operator lets people in and out, and tends to what came in: in the browser alone."""

import re

import pytest
from playwright.sync_api import expect

from cpm.model import ArrivalState
from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import fill_in, shot, sign_in, too_wide
from tests.browser.site import Site

pytestmark = pytest.mark.slow
scripts = pytest.mark.parametrize("java_script", [True, False], ids=["script", "no script"])


@scripts
def test_a_new_user_signs_in_and_works(site: Site, visit: Visit, java_script: bool):
    """With a password that is shown once and that they must change."""
    operator = visit(java_script=java_script)
    sign_in(operator, "otto")
    operator.goto("/admin/new-user")
    operator.fill("#login", "eva")
    operator.fill("#name", "Eva")
    operator.check("#roles-agent")
    operator.check("#teams-service")
    operator.get_by_role("button", name="Add, and make a password").click()
    password = operator.locator("#password").inner_text()
    if java_script:
        axe(operator)
    shot(operator, "operator/password")
    operator.goto("/admin/users/eva")
    expect(operator.get_by_text(password)).to_have_count(0)

    eva = visit(language="de", java_script=java_script)
    eva.goto("/inbox")
    fill_in(eva, "eva", password)
    expect(eva).to_have_url(re.compile("/account/password"))
    eva.goto("/inbox")
    expect(eva).to_have_url(re.compile("/account/password"))
    if java_script:
        axe(eva)
    shot(eva, "operator/must-change")
    own = "eine Leiter im Garten"
    boxes = eva.locator("main input[type=password]")
    for box, text in zip(boxes.all(), (password, own, own), strict=False):
        box.fill(text)
    boxes.last.press("Enter")
    eva.goto("/inbox?view=team")
    expect(eva.locator("table.inbox tbody tr").first).to_be_visible()


def test_whoever_has_left_is_out(site: Site, visit: Visit):
    anna, operator = visit(), visit(language="de")
    sign_in(anna, "anna")
    sign_in(operator, "otto")
    operator.goto("/admin/users/anna")
    operator.uncheck("#active")
    operator.get_by_role("button", name="Speichern").click()
    expect(operator.locator("tr").filter(has_text="anna").first).to_contain_text("ausgeschieden")
    anna.goto("/inbox")
    expect(anna.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_team_is_added_and_told_apart(site: Site, visit: Visit):
    page = visit(width=320)
    sign_in(page, "otto")
    page.goto("/admin/teams")
    form = page.locator("main form").filter(has=page.locator("[name=key]"))
    for name, text in (("key", "night_desk"), ("name_de", "Nachtdienst"), ("name_en", "Night desk")):
        form.locator(f"[name={name}]").fill(text)
    form.get_by_role("button").click()
    expect(page.get_by_role("link", name="Night desk")).to_be_visible()
    assert not too_wide(page)


@scripts
def test_an_absence_with_a_substitute(site: Site, visit: Visit, java_script: bool):
    page = visit(language="de", java_script=java_script)
    sign_in(page, "otto")
    page.goto("/admin/absences")
    page.select_option("#login", "anna")
    page.fill("#first", "2.3.2026")
    page.fill("#last", "gestern")
    page.get_by_role("button", name="Eintragen").click()
    expect(page.locator("#last-error")).to_be_visible()
    expect(page.locator("#first")).to_have_value("2.3.2026")
    page.fill("#last", "6.3.2026")
    page.select_option("#substitute", "ben")
    page.get_by_role("button", name="Eintragen").click()
    expect(page.get_by_role("row").filter(has_text="Anna")).to_contain_text("Ben")
    if java_script:
        axe(page)
    shot(page, "operator/absence")
    page.get_by_role("button", name="Abwesenheit von Anna").click()
    expect(page.get_by_role("row").filter(has_text="Anna")).to_have_count(0)


def test_a_token_is_shown_once_and_revoked(site: Site, visit: Visit):
    page = visit()
    sign_in(page, "otto")
    page.goto("/admin/tokens?login=anna")
    page.fill("#name", "Telephone system")
    page.locator("[name=scopes]").first.check()
    page.get_by_role("button", name="Make the token").click()
    token = page.locator("main code, main output").first.inner_text()
    axe(page)
    shot(page, "operator/token")
    page.goto("/admin/tokens")
    assert token not in page.content()
    page.get_by_role("button", name="Revoke Telephone system").click()
    expect(page.get_by_role("row").filter(has_text="Telephone system")).to_contain_text("revoked")
    shot(page, "operator/tokens")


@scripts
def test_a_message_is_filed_again_and_the_log_tells(site: Site, visit: Visit, java_script: bool):
    page = visit(java_script=java_script)
    sign_in(page, "otto")
    page.goto("/admin/messages")
    page.locator("tbody th a").first.click()
    page.get_by_role("button", name="Try to file it again").click()
    expect(page.get_by_role("status").filter(has_text="could not be filed")).to_be_visible()
    page.goto("/admin/messages?state=filed")
    expect(page.locator("tbody tr").first).to_contain_text(ArrivalState.FILED)
    page.goto("/admin/audit")
    expect(page.locator("tbody tr").first).to_be_visible()

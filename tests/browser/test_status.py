"""A customer opens the link in our mail, reads how it stands and answers with a file; the process goes on and we see it."""

import email
import re
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cpm.channels.smtp_sink import sink
from cpm.connectors import MailServer, Notice, Smtp
from cpm.model import Case, Customer
from cpm.queries import opting_out
from tests.browser.axe import violations
from tests.browser.conftest import Visit
from tests.browser.hands import shot, sign_in, too_wide
from tests.browser.site import Site
from tests.world import mail
from web.customer import brake

pytestmark = pytest.mark.slow

SEND = {"de": "Absenden", "en": "Send"}
WAITS = {"de": "Wir prüfen, was geschehen ist.", "en": "We are looking into what happened."}


def linked(site: Site, folder: Path) -> tuple[Case, str]:
    """A complaint, and the address in the mail that left for its customer."""
    brake.forget()
    with sink(folder) as server:
        smtp = Smtp(MailServer("127.0.0.1", server.port, "service@firm.example"))
        site.world.engine.connectors["notice"] = Notice(smtp)
        case = site.world.receive(mail(sender="Kim <kim@example.org>", message_id="<status@example.org>"))
        assert case is not None
        site.world.drain()
    letters = [
        email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in folder.iterdir()
    ]
    [letter] = [one for one in letters if "kim@example.org" in str(one["To"])]
    found = re.search(r"http://localhost(/s/\S+)", letter.get_content())
    assert found is not None, letter.get_content()
    return case, found[1]


def good(page: Page, name: str, *, axed: bool) -> None:
    wrong = []
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        wrong += (violations(page) if axed else []) + (["too wide"] if too_wide(page) else [])
        shot(page, f"status/{name}-{width}")
    assert wrong == []


@pytest.mark.parametrize(("language", "java_script"), [("de", True), ("en", False)])
def test_a_customer_reads_how_it_stands_and_answers_with_a_file(
    site: Site, visit: Visit, tmp_path: Path, language: str, java_script: bool
):
    (folder := tmp_path / "sink").mkdir()
    case, address = linked(site, folder)
    page = visit(language=language, java_script=java_script)
    page.goto(f"{address}?lang={language}")
    expect(page.get_by_text(WAITS[language])).to_be_visible()
    good(page, f"{language}-page", axed=java_script)
    site.clock.advance(timedelta(seconds=10))
    page.get_by_role("button", name=SEND[language]).click()
    expect(page.locator("#summary")).to_be_visible()
    good(page, f"{language}-refused", axed=java_script)
    photo = tmp_path / "riss.png"
    photo.write_bytes(b"\x89PNG")
    page.fill("#text", "Hier ist ein Foto.")
    page.set_input_files("#files", photo)
    site.clock.advance(timedelta(seconds=10))
    page.get_by_role("button", name=SEND[language]).click()
    expect(page.locator("[role=status]")).to_be_visible()
    expect(page.get_by_role("link", name="riss.png")).to_be_visible()
    good(page, f"{language}-answered", axed=java_script)
    agent = visit(language="en")
    sign_in(agent, "anna")
    agent.goto(f"/cases/{case.number}")
    expect(agent.get_by_text("Hier ist ein Foto.").first).to_be_visible()
    expect(agent.get_by_role("link", name="riss.png").first).to_be_visible()
    expect(agent.get_by_role("heading", name="What the customer is told")).to_be_visible()
    shot(agent, f"status/{language}-agent")


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_customer_opts_out_and_in_again(site: Site, visit: Visit, language: str):
    brake.forget()
    with site.world.engine.read() as look:
        customer = look.session.scalars(select(Customer).limit(1)).one()
        address = opting_out.link(look, customer, "notices").removeprefix("http://localhost")
    page = visit(language=language)
    page.goto(f"{address}?lang={language}")
    good(page, f"{language}-opt-out", axed=True)
    page.locator("main button").click()
    expect(page.locator("[role=status]")).to_be_visible()
    good(page, f"{language}-opted-out", axed=True)
    page.locator("main button").click()
    expect(page.locator("[role=status]")).to_be_visible()
